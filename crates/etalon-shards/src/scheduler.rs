//! Which shard a machine works through: as somebody says, or as its scheduler does.
//!
//! | scheduler | variables | shard |
//! | --- | --- | --- |
//! | Slurm, an array job | `SLURM_ARRAY_TASK_ID`, `_MIN`, `_COUNT`, `_STEP` | (ID − MIN) / STEP + 1 of COUNT |
//! | Kubernetes, an Indexed Job | `JOB_COMPLETION_INDEX` | the index + 1 |

use crate::error::ShardError;
use std::str::FromStr;

const TASK: &str = "SLURM_ARRAY_TASK_ID";
const FIRST_TASK: &str = "SLURM_ARRAY_TASK_MIN";
const TASKS: &str = "SLURM_ARRAY_TASK_COUNT";
const TASK_STEP: &str = "SLURM_ARRAY_TASK_STEP";
const INDEX: &str = "JOB_COMPLETION_INDEX";

/// A shard as somebody names it: `2/16` is the second of sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedShard {
    /// The shard, counted from 1.
    pub shard: u32,
    /// How many there are.
    pub shards: u32,
}

/// What is no name of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shard is I/N, from 1/N to N/N: 2/16 is the second of sixteen")]
pub struct NoShardName;

impl FromStr for AskedShard {
    type Err = NoShardName;

    fn from_str(text: &str) -> Result<Self, NoShardName> {
        let (shard, shards) = text.split_once('/').ok_or(NoShardName)?;
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| NoShardName);
        let asked = Self { shard: number(shard)?, shards: number(shards)? };
        if (1..=asked.shards).contains(&asked.shard) { Ok(asked) } else { Err(NoShardName) }
    }
}

/// The shard to work through, from 1, of a plan of so many: the one that is asked for, else the one
/// that the environment names. `variable` gives the value of a variable.
///
/// # Errors
///
/// [`ShardError::NoShard`] where nobody says, and what contradicts the plan.
pub fn shard_of(
    asked: Option<AskedShard>,
    shards: u32,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<u32, ShardError> {
    if let Some(asked) = asked {
        if asked.shards != shards {
            return Err(ShardError::OtherCount { asked: asked.shards, shards });
        }
        return Ok(asked.shard);
    }
    let shard = if variable(TASK).is_some() {
        of_array(shards, variable)?
    } else if variable(INDEX).is_some() {
        number(INDEX, variable)? + 1
    } else {
        return Err(ShardError::NoShard { shards });
    };
    let is_one = (1..=i64::from(shards)).contains(&shard);
    u32::try_from(shard).ok().filter(|_| is_one).ok_or(ShardError::OutOfRange { shard, shards })
}

/// The shard of a task of an array, which may begin anywhere and count in steps.
fn of_array(shards: u32, variable: &dyn Fn(&str) -> Option<String>) -> Result<i64, ShardError> {
    let (task, first, tasks) =
        (number(TASK, variable)?, number(FIRST_TASK, variable)?, number(TASKS, variable)?);
    let step = if variable(TASK_STEP).is_some() { number(TASK_STEP, variable)?.max(1) } else { 1 };
    if tasks != i64::from(shards) {
        return Err(ShardError::OtherArray { tasks, shards });
    }
    Ok((task - first) / step + 1)
}

fn number(name: &'static str, variable: &dyn Fn(&str) -> Option<String>) -> Result<i64, ShardError> {
    let value = variable(name).ok_or(ShardError::VariableMissing { name })?;
    // No scheduler counts so far; what is added to the number must not overflow.
    let number = value.trim().parse::<u32>().map_err(|_| ShardError::NotANumber { name })?;
    Ok(i64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shard of four, or how the error begins.
    fn check(asked: Option<&str>, variables: &str, expected: Result<u32, &str>) {
        let variable = |name: &str| {
            let mut pairs = variables.split_whitespace().filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        let asked = asked.map(|asked| asked.parse().unwrap());
        match (shard_of(asked, 4, &variable), expected) {
            (Ok(found), expected) => assert_eq!(Ok(found), expected, "{variables}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{variables}: {error}"),
            (Err(error), Ok(_)) => panic!("{variables}: {error}"),
        }
    }

    #[test]
    fn a_shard_is_asked_for_or_named_by_the_scheduler() {
        check(Some("3/4"), "", Ok(3));
        check(Some("3/4"), "SLURM_ARRAY_TASK_ID=1 JOB_COMPLETION_INDEX=0", Ok(3));
        let array = |id: u32| {
            format!(
                "SLURM_ARRAY_TASK_ID={id} SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_COUNT=4"
            )
        };
        check(None, &array(1), Ok(1));
        check(None, &array(4), Ok(4));
        check(None, "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", Ok(1));
        // --array=10-16:2
        let stepped = "SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=2";
        check(None, &format!("SLURM_ARRAY_TASK_ID=14 {stepped}"), Ok(3));
        check(None, "JOB_COMPLETION_INDEX=0", Ok(1));
        check(None, "JOB_COMPLETION_INDEX=3", Ok(4));
    }

    #[test]
    fn what_contradicts_the_plan_is_told() {
        check(None, "", Err("give --shard I/4"));
        check(Some("1/3"), "", Err("the plan has 4"));
        // Only some tasks of an array are submitted again: their numbers are no shards.
        let again = "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_COUNT=2";
        check(None, again, Err("the array has 2 tasks and the plan 4 shards"));
        // --array=1,2,3,9
        let uneven = "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4";
        check(None, uneven, Err("9 is none of the plan's 4 shards"));
        check(None, "JOB_COMPLETION_INDEX=4", Err("5 is none of the plan's 4 shards"));
        check(None, "JOB_COMPLETION_INDEX=", Err("JOB_COMPLETION_INDEX is not a number"));
        check(None, "SLURM_ARRAY_TASK_ID=-1", Err("SLURM_ARRAY_TASK_ID is not a number"));
        check(None, "SLURM_ARRAY_TASK_ID=1", Err("SLURM_ARRAY_TASK_MIN is not set"));
    }

    #[test]
    fn a_name_of_a_shard_is_two_numbers_of_which_the_first_fits_the_second() {
        assert_eq!("2/16".parse(), Ok(AskedShard { shard: 2, shards: 16 }));
        for text in ["", "2", "0/4", "5/4", "-1/4", "a/b", "1/2/3", "1/0"] {
            assert_eq!(text.parse::<AskedShard>(), Err(NoShardName), "{text}");
        }
    }
}
