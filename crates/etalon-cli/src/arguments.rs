//! The command line.

use crate::sharing::group_number;
use chrono::NaiveTime;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use etalon_asr::EngineChoice;
use etalon_batch::intake::Sources;
use etalon_batch::{Age, BatchError, Config};
use etalon_bench::ModelShape;
use etalon_call::{Layout, Role, UnknownName, Verdict};
use etalon_pages::InterfaceLanguage;
use etalon_report::SoundMode;
use etalon_search::{Days, SearchOrder};
use etalon_shards::AskedShard;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The layouts that somebody can know of a recording.
const KNOWN_LAYOUTS: [&str; 4] =
    [Layout::AgentLeft.name(), Layout::AgentRight.name(), Layout::Mono.name(), Layout::DualMono.name()];

/// The sides of a call.
const SPEAKERS: [&str; 2] = [Role::Agent.name(), Role::Client.name()];

/// Speech analytics for recorded calls, offline.
///
/// Every call of a folder gets a transcript with roles, measures of the conversation, a verdict with
/// evidence for every rule of the service standard, and a score.
#[derive(Debug, Parser)]
#[command(name = "etalon", version = env!("ETALON_VERSION"), propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Turn recordings into scored calls.
    Run(RunOptions),
    /// Turn recordings into scored calls as they come in, until somebody ends it.
    Watch(WatchOptions),
    /// Divide recordings among machines: a plan of shards for `etalon run --plan`.
    Plan(PlanOptions),
    /// Put the result folders of all shards of a plan together, as if one machine had made them.
    Merge(MergeOptions),
    /// Apply rule packs to stored calls again, without audio, and print which verdicts flipped.
    Score(ScoreOptions),
    /// Rebuild the tables and the report of a result folder from its stored calls.
    Report(ReportOptions),
    /// Find what was said in stored calls. Prints words of the calls.
    Search(SearchOptions),
    /// Serve the pages of a result folder, with search and review.
    Serve(ServeOptions),
    /// Compare results with labelled calls: words, speech activity, events, verdicts.
    Eval(EvalOptions),
    /// Write what people say of calls into a table, or read it from one.
    Reviews(ReviewsOptions),
    /// Write a result folder without personal data, to be handed on: in words, quotes and sound.
    Redact(RedactOptions),
    /// Take calls out of every file of a result folder, and never listen to their recordings again.
    Forget(ForgetOptions),
    /// Check, test and explain rule packs.
    Rules(RulesOptions),
    /// List, download and verify speech models.
    Models(ModelsOptions),
    /// Measure how much this machine gets through: calls an hour, stages, memory.
    Bench(BenchOptions),
    /// Print the JSON Schema of a result file.
    Schema(SchemaOptions),
    /// Check whether this machine can do a run: processor, memory, disk, model, input. Changes
    /// nothing.
    Doctor(DoctorOptions),
    /// Print what a shell completes.
    Completions(CompletionsOptions),
    /// Print the manual page, or write those of all commands.
    Manual(ManualOptions),
    /// Works for `etalon run`, which starts it.
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each of them is a switch of the command line")]
pub(crate) struct RunOptions {
    /// Recordings, folders, or manifests (.csv). The manifest.csv of a folder is read.
    #[arg(value_name = "INPUT", required_unless_present_any = ["manifest", "plan"])]
    pub(crate) inputs: Vec<PathBuf>,
    /// Plan of shards instead of inputs; `etalon plan` makes one.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["inputs", "manifest", "settle", "layout"])]
    pub(crate) plan: Option<PathBuf>,
    /// Which shard of the plan, I of N, from 1/N to N/N [default: as the task of a Slurm array or the
    /// index of a Kubernetes Indexed Job says].
    #[arg(long, value_name = "I/N", requires = "plan")]
    pub(crate) shard: Option<AskedShard>,
    /// Result folder. Calls that are already there are not processed again.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) report: PagesOptions,
    #[command(flatten)]
    pub(crate) recordings: RecordingsOptions,
    #[command(flatten)]
    pub(crate) jobs: JobsOptions,
    /// How calls are processed: in processes, so that a crash costs only one call, or in threads of
    /// one process, which a crash ends.
    #[arg(long, value_name = "KIND", default_value = "processes")]
    pub(crate) workers: WorkerKind,
    /// Retry recordings that ended their worker twice in an earlier run.
    #[arg(long)]
    pub(crate) retry_quarantined: bool,
    /// Speech model: a name from `etalon models`, or a ggml file [default: that of the configuration,
    /// else the built-in one].
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) model: Option<String>,
    /// Engine for the speech model [default: the native engine if it supports the model and the processor].
    #[arg(long, value_name = "ENGINE", value_parser = one_of::<EngineChoice>(EngineChoice::NAMES))]
    pub(crate) engine: Option<EngineChoice>,
    /// Language of the calls: ru, kk, en, …; several (ru,kk) if calls differ; auto for those of the
    /// configuration, else ru, kk and en [default: auto].
    #[arg(long, value_name = "CODE")]
    pub(crate) language: Option<String>,
    /// Rule packs, separated by commas: built-in names or .toml files [default: those of the
    /// configuration, else all but the law packs].
    #[arg(long, value_name = "PACKS", value_delimiter = ',')]
    pub(crate) packs: Vec<String>,
    /// Rule packs that apply beside the others.
    #[arg(long, alias = "add-pack", value_name = "PACKS", value_delimiter = ',')]
    pub(crate) add_packs: Vec<String>,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
    /// Channel of the agent, if the manifest does not say.
    #[arg(long, value_name = "LAYOUT", value_parser = one_of::<Layout>(&KNOWN_LAYOUTS))]
    pub(crate) layout: Option<Layout>,
    /// Measure the dialogue only, without transcription.
    #[arg(long)]
    pub(crate) no_asr: bool,
    /// Folder of existing transcripts, found by the name of the recording: JSON of Whisper and its
    /// relatives or of a cloud service, VTT, SRT, or etalon's turns. Recordings without one are transcribed.
    #[arg(long, value_name = "DIR")]
    pub(crate) transcripts: Option<PathBuf>,
    /// Refuse recordings longer than this.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) max_seconds: Option<f64>,
    /// Refuse files larger than this.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) max_bytes: Option<u64>,
    /// Take personal data out of words, quotes and sound: card and telephone numbers, passports,
    /// addresses, surnames and more (docs/privacy.md).
    #[arg(long)]
    pub(crate) redact: bool,
    /// Print the content of run.json instead of the table of calls.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) monitoring: MonitoringOptions,
    /// Let this group read the result folder, now and in later runs [default: the owner alone].
    #[arg(long, value_name = "GROUP", value_parser = group_number)]
    pub(crate) group: Option<u32>,
}

/// How a run or a merge tells how far it is.
#[derive(Debug, Args)]
pub(crate) struct MonitoringOptions {
    /// Show no progress bar.
    #[arg(long)]
    pub(crate) no_progress: bool,
    /// Say nothing but warnings, failures and errors; run.json is printed only with --json.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// How messages are written to standard error: text, a line each, or json, an object each with
    /// time, level and counts.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// Say how far the run is this often where standard error is no terminal, and write etalon.prom
    /// as often.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) heartbeat: u64,
    /// Write a copy of etalon.prom here, readable by everybody: where a Prometheus exporter finds
    /// it.
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

/// How messages are written. A comment at a value would make the help of every option long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(
    mut_arg("plan", refused_by_watch::<PathBuf>),
    mut_arg("shard", refused_by_watch::<AskedShard>),
    mut_arg("settle", |settle| settle.help("Take a recording when it has not changed for so long; 0 takes all as they are"))
)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) run: RunOptions,
    /// Pause between two looks at the inputs.
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) interval: u64,
    /// End at this time of day, on this machine's clock; the same command goes on from there.
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day)]
    pub(crate) until: Option<NaiveTime>,
}

/// An option of a run that a watch refuses: shards are planned over recordings that are all there.
fn refused_by_watch<T: Clone + Send + Sync + 'static>(argument: clap::Arg) -> clap::Arg {
    let refuse = |_: &str| -> Result<T, &str> {
        Err(
            "a watch takes recordings as they come, and a plan divides those that are there: use `etalon run --plan`",
        )
    };
    argument.hide(true).value_parser(refuse)
}

/// Takes a time of day, with or without seconds.
fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let formats = ["%H:%M", "%H:%M:%S"];
    let time = formats.iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok());
    time.ok_or_else(|| "a time of day is wanted, such as 07:00".to_owned())
}

/// Takes a value by one of these names.
fn one_of<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = UnknownName> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names.iter().copied()).try_map(|name| name.parse::<T>())
}

/// How calls are processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorkerKind {
    Processes,
    Threads,
}

/// How recordings are found and what is known of them.
#[derive(Debug, Args)]
pub(crate) struct RecordingsOptions {
    /// CSV with facts about each recording (columns: `path`, `started_at`, `direction`, `agent_id`,
    /// `company`, `layout`, …).
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Vec<PathBuf>,
    /// Configuration (TOML): facts about all recordings, thresholds and packs.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Watch recordings that were changed within this time for a moment, and leave those that still
    /// grow to the next run; 0 takes all as they are.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(..=31_536_000))]
    pub(crate) settle: u64,
}

impl RecordingsOptions {
    /// Where recordings are taken from.
    pub(crate) fn sources<'a>(&'a self, inputs: &'a [PathBuf]) -> Sources<'a> {
        Sources { inputs, manifests: &self.manifest, settle: Duration::from_secs(self.settle) }
    }

    /// The configuration, or the defaults where none is named.
    pub(crate) fn configuration(&self) -> Result<Config, BatchError> {
        Ok(self.config.as_deref().map(Config::read).transpose()?.unwrap_or_default())
    }
}

/// Calls beside those of a result folder.
#[derive(Debug, Args)]
pub(crate) struct HistoryOptions {
    /// Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a
    /// client.
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) history: Vec<PathBuf>,
}

/// How much is done at once.
#[derive(Debug, Args)]
pub(crate) struct JobsOptions {
    /// Number of calls processed at once [default: one per processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

impl JobsOptions {
    /// How many calls are processed at once.
    pub(crate) fn number(&self) -> usize {
        self.jobs.map_or_else(processors, usize::from)
    }
}

/// How many processors this process may use.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    /// Recordings, folders, or manifests (.csv). The manifest.csv of a folder is read.
    #[arg(value_name = "INPUT", required_unless_present = "manifest")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Into how many shards the recordings are divided.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) shards: u32,
    /// File to write the plan to. It holds paths and facts of calls.
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) recordings: RecordingsOptions,
    /// Channel of the agent, if the manifest does not say.
    #[arg(long, value_name = "LAYOUT", value_parser = one_of::<Layout>(&KNOWN_LAYOUTS))]
    pub(crate) layout: Option<Layout>,
    /// Refuse files larger than this.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(crate) max_bytes: Option<u64>,
    /// Print JSON instead of the table of shards.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MergeOptions {
    /// The result folders of all shards.
    #[arg(value_name = "DIR", required = true)]
    pub(crate) shards: Vec<PathBuf>,
    /// Result folder of the whole: a new one, or that of an earlier merge of the same plan.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) report: PagesOptions,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
    /// Print the content of run.json.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) monitoring: MonitoringOptions,
    /// Let this group read the result folder, now and in later runs [default: the owner alone].
    #[arg(long, value_name = "GROUP", value_parser = group_number)]
    pub(crate) group: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreOptions {
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) report: PagesOptions,
    /// Rule packs, separated by commas: built-in names or .toml files [default: those of the
    /// configuration, else those that judged the stored calls and are kept with them].
    #[arg(long, alias = "pack", value_name = "PACKS", value_delimiter = ',')]
    pub(crate) packs: Vec<String>,
    /// Rule packs that apply beside the others.
    #[arg(long, alias = "add-pack", value_name = "PACKS", value_delimiter = ',')]
    pub(crate) add_packs: Vec<String>,
    /// Configuration to take packs and calendar from.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
    /// Print what would flip, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON, call by call, instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReportOptions {
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) pages: PagesOptions,
}

/// How the pages of the report are made.
#[derive(Debug, Default, Args)]
pub(crate) struct PagesOptions {
    /// The language of the pages: ru, kk or en [default: that of the folder's pages, at first ru].
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) report_language: Option<InterfaceLanguage>,
    /// What the pages play: link (the originals, and Opus where browsers do not play them), copy
    /// (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder's
    /// pages, at first link].
    #[arg(long, value_name = "WHAT")]
    pub(crate) audio: Option<SoundMode>,
}

#[derive(Debug, Args)]
pub(crate) struct SearchOptions {
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// What is looked for: words, "exact phrases", оператор: or клиент: in front of words, NEAR/3, OR, -word,
    /// prefix*. The whole language is in docs/search.md.
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    pub(crate) query: String,
    /// Who says it, where the query names nobody.
    #[arg(long, value_name = "ROLE", value_parser = one_of::<Role>(&SPEAKERS))]
    pub(crate) role: Option<Role>,
    /// Only calls of this agent, by identifier or name.
    #[arg(long, value_name = "AGENT")]
    pub(crate) agent: Vec<String>,
    /// Only calls of this team.
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Vec<String>,
    /// Only calls from this day on (2026-11-03 or 03.11.2026), or from the beginning of a month (2026-11) or a
    /// year.
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<Days>,
    /// Only calls up to this day, which counts, or to the end of a month or a year.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<Days>,
    /// Order of the hits.
    #[arg(long, value_name = "ORDER", default_value = "relevance", value_parser = one_of::<SearchOrder>(SearchOrder::NAMES))]
    pub(crate) order: SearchOrder,
    /// Most hits to print.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Hits to leave out at the beginning.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// Print the query as a rule with this id instead, in a pack with hits as its examples.
    #[arg(long, value_name = "ID", conflicts_with = "json")]
    pub(crate) as_rule: Option<String>,
    /// With --as-rule: a call in which it is said fails.
    #[arg(long, requires = "as_rule")]
    pub(crate) forbidden: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) pages: PagesOptions,
    /// Where to listen. Any address but one of this machine itself needs a token, which is printed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Who takes part in reviews (TOML). Without it, whoever sits at this machine reviews, and others read.
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
    /// Take the token from this file instead of making one at every start.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// A name under which a proxy passes requests on, as browsers have it in their addresses.
    #[arg(long, value_name = "NAME")]
    pub(crate) public_name: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalOptions {
    /// Folder of labelled calls (NAME.truth.json), or a file with verdicts of reviewers (.csv, .json, .jsonl:
    /// call, rule, verdict).
    #[arg(value_name = "TRUTH")]
    pub(crate) truth: PathBuf,
    /// The result folder of the same recordings.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Write the accuracy of each rule to DIR/rule-accuracy.json; the report shows it beside the rule.
    #[arg(long)]
    pub(crate) save: bool,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewsOptions {
    #[command(subcommand)]
    pub(crate) command: ReviewsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewsCommand {
    /// Write all answers of reviewers into a table (CSV) that spreadsheets open.
    Export(ReviewTableOptions),
    /// Read answers of reviewers from a table. Reading it twice changes nothing.
    Import(ReviewImportOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ReviewTableOptions {
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// The table (CSV). One that is read needs the columns call (id, source or the recording's name),
    /// rule and verdict.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewImportOptions {
    #[command(flatten)]
    pub(crate) table: ReviewTableOptions,
    /// In whose name: rows without a reviewer become this person's.
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) author: String,
    /// File with people and their roles (TOML), in which NAME has to be a lead.
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RedactOptions {
    /// A result folder, or files of its calls (calls/ab/abcd….json).
    #[arg(value_name = "RESULTS|CALL", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// The folder to write.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The language of the pages: ru, kk or en [default: ru].
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) report_language: Option<InterfaceLanguage>,
    /// Listen to the muted sound and count the personal data that is recognised in it. What was
    /// misheard is not counted.
    #[arg(long)]
    pub(crate) verify: bool,
    /// With --verify: speech model, a name from `etalon models` or a ggml file [default: the
    /// built-in one].
    #[arg(long, value_name = "NAME|FILE", requires = "verify")]
    pub(crate) model: Option<String>,
    /// With --verify: language of the calls [default: auto].
    #[arg(long, value_name = "CODE", requires = "verify")]
    pub(crate) language: Option<String>,
    /// With --verify: configuration to take model and language from.
    #[arg(long, value_name = "FILE", requires = "verify")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("wanted").required(true))]
pub(crate) struct ForgetOptions {
    /// The result folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Forget the call with this id; may be given several times.
    #[arg(long, value_name = "ID", group = "wanted")]
    pub(crate) call: Vec<String>,
    /// Forget all calls of this client, by reference or telephone number.
    #[arg(long, value_name = "ID", group = "wanted")]
    pub(crate) client: Option<String>,
    /// Forget all calls that began longer ago: 90d, 12w, 3y.
    #[arg(long, value_name = "AGE", group = "wanted")]
    pub(crate) older_than: Option<Age>,
    /// Forget all calls that are older than `[retention]` of this configuration allows.
    #[arg(long, value_name = "FILE", group = "wanted")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
    /// Print what would be forgotten, and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RulesOptions {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Check packs, tell all their mistakes at once, and print their rules.
    Check(CheckOptions),
    /// Explain the verdict of a rule on a call. Prints words of the call.
    Explain(ExplainOptions),
    /// Measure packs on labelled transcripts (NAME.truth.json; no audio is needed): how often each rule is right.
    Measure(MeasureOptions),
    /// Try a pack on stored calls: what it would find, and what of that is new. Writes nothing; prints words of
    /// the calls.
    Try(TryOptions),
    /// Run the examples inside a pack.
    Test {
        /// Built-in names or .toml files [default: all built-in packs].
        #[arg(value_name = "PACK")]
        packs: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CheckOptions {
    /// Built-in names or .toml files [default: all built-in packs].
    #[arg(value_name = "PACK")]
    pub(crate) packs: Vec<String>,
    /// Print JSON: the packs, and every mistake and warning with its place.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MeasureOptions {
    /// Folder with the truth files.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Rule packs, separated by commas: built-in names or .toml files [default: all built-in packs].
    #[arg(long, value_name = "PACK", value_delimiter = ',')]
    pub(crate) packs: Vec<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TryOptions {
    /// The pack on trial: a .toml file, or a built-in name.
    #[arg(value_name = "PACK")]
    pub(crate) pack: String,
    /// A result folder.
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Only this rule, also where it is off; with its weeks, agents and calls.
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Option<String>,
    /// Verdict that counts as a hit.
    #[arg(long, value_name = "VERDICT", default_value = "fail", value_parser = one_of::<Verdict>(Verdict::NAMES))]
    pub(crate) hit: Verdict,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
    /// Print JSON, call by call, instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainOptions {
    /// File of a stored call; or together with --out, the path or name of its recording, or the id of
    /// the call or how it begins.
    #[arg(value_name = "CALL")]
    pub(crate) call: String,
    /// The rule's id.
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    /// The result folder of the call.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Rule packs, separated by commas: built-in names or .toml files [default: those that judged the
    /// call, as they are kept with it].
    #[arg(long, alias = "pack", value_name = "PACKS", value_delimiter = ',')]
    pub(crate) packs: Vec<String>,
    /// Rule packs beside the others.
    #[arg(long, alias = "add-pack", value_name = "PACKS", value_delimiter = ',')]
    pub(crate) add_packs: Vec<String>,
    #[command(flatten)]
    pub(crate) earlier: HistoryOptions,
}

#[derive(Debug, Args)]
pub(crate) struct ModelsOptions {
    #[command(subcommand)]
    pub(crate) command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the models of the registry, where they are, and whether their SHA-256 is right.
    List,
    /// Download a model, or copy it from a file. Interrupted downloads are resumed.
    Pull(PullOptions),
    /// Compare the SHA-256 of a model with the registry.
    Verify {
        /// A name of the registry [default: the built-in model].
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct PullOptions {
    /// A name of the registry, or a name for a model of your own with --sha256 and --url or --from.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Copy it from this file instead of downloading it.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    pub(crate) from: Option<PathBuf>,
    /// Folder to put it into [default: `$ETALON_MODELS`, or `etalon/models` in the user's cache folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// Download it from this address instead of the registry's.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// SHA-256 that the file must have, for a model that the registry does not know.
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchOptions {
    /// Recording, or folder of recordings, that the calls are made of [default: the samples inside
    /// the program].
    #[arg(value_name = "RECORDINGS")]
    pub(crate) recordings: Option<PathBuf>,
    /// How many calls [default: 60]. Each has another start, length and gain, so that no two are
    /// the same.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000), conflicts_with = "hours")]
    pub(crate) calls: Option<u32>,
    /// As many calls as take so many hours.
    #[arg(long, value_name = "H", value_parser = positive)]
    pub(crate) hours: Option<f64>,
    /// Length of the calls on the average [default: that of the recordings].
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub(crate) call_seconds: Option<f64>,
    /// Speech model: a name from `etalon models`, or a ggml file [default: the built-in one]. May
    /// be repeated.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) model: Vec<String>,
    /// Speech model of this shape with random weights, written to a temporary file; nothing is
    /// downloaded. May be repeated.
    #[arg(long, value_name = "SHAPE", value_parser = one_of::<ModelShape>(ModelShape::NAMES))]
    pub(crate) shape: Vec<ModelShape>,
    /// Tokens that a model with random weights decodes in every window of speech [default: as is
    /// typical of Russian calls of that length, 56 with the samples].
    #[arg(long, value_name = "N", requires = "shape", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub(crate) tokens: Option<u16>,
    /// Engine for the speech model. May be repeated.
    #[arg(long, value_name = "ENGINE", default_value = "auto", value_parser = one_of::<EngineChoice>(EngineChoice::NAMES))]
    pub(crate) engine: Vec<EngineChoice>,
    /// Measure runs without transcription.
    #[arg(long, conflicts_with_all = ["model", "shape"])]
    pub(crate) no_asr: bool,
    #[command(flatten)]
    pub(crate) jobs: JobsOptions,
    /// How often each model is measured with each engine; the noise is known from 3 on.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) repeat: u16,
    /// Configuration (TOML) of the runs.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for recordings, models and results, all of which are deleted at the end [default: the
    /// system's folder for temporary files].
    #[arg(long, value_name = "DIR")]
    pub(crate) scratch: Option<PathBuf>,
    /// Report of an earlier measurement with the same options: ends with exit code 4 if this one is
    /// worse by more than the noise of both.
    #[arg(long, value_name = "OLD.json")]
    pub(crate) compare: Option<PathBuf>,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A number above 0.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("is no number above 0".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct SchemaOptions {
    /// Name of a schema; without it, the names are listed.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write all schemas into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    pub(crate) write: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// Recordings, folders, or manifests that a run will take.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder that results will go to.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Configuration that the run will have.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Speech model that the run will have: a name from `etalon models`, or a ggml file [default:
    /// that of the configuration].
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) jobs: JobsOptions,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsOptions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManualOptions {
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
}
