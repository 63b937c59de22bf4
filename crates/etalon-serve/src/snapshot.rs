//! Makes what many calls come to, from the folder and its reviews.

use crate::application::{App, Application};
use crate::folder::{Reading, Snapshot, Stamp, View};
use crate::problem::Problem;
use data_encoding::HEXLOWER;
use etalon_call::Evaluation;
use etalon_pages::{Accuracies, CallColumns, CallSummary, ReviewMark, Site, Statistics, WorstCalls};
use etalon_report::{Listening, RULE_ACCURACY_FILE};
use etalon_review::agreement::machine_verdict;
use etalon_review::queue::QueueBuilder;
use etalon_review::{
    FinalEvaluation, Person, PersonRole, QueueSettings, Reviews, RuleAgreement, RuleKey, RuleSummary,
    agreement, final_evaluation, judged,
};
use etalon_rules::coverage_min;
use etalon_store::{CallLine, Store};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// The files on which a snapshot depends.
const FILES: [&str; 5] =
    ["calls.jsonl", "failures.jsonl", "passed_over.jsonl", "recordings.jsonl", RULE_ACCURACY_FILE];

/// How long a request waits for a newer snapshot where an older one is there.
const PATIENCE: Duration = Duration::from_millis(400);

/// How long a request waits for the first snapshot of a large folder, before a page says how far that
/// is.
const FIRST_PATIENCE: Duration = Duration::from_secs(2);

/// A folder of more calls is a large one.
const FEW_CALLS: usize = 2_000;

/// Stored calls that are read side by side.
const CALLS_AT_ONCE: usize = 256;

/// The folder as it is now, or as it was a moment ago where reading it takes long.
pub(crate) async fn snapshot(application: &App) -> Result<Arc<Snapshot>, Problem> {
    let stamp = application.blocking(|application| Ok(Stamp::now(application))).await?;
    let latest = application.folder.latest();
    if let Some(latest) = &latest
        && (latest.stamp == stamp || latest.is_resting())
    {
        return Ok(Arc::clone(latest));
    }
    let mut making = tokio::spawn(make(Arc::clone(application)));
    let patience = if latest.is_some() { PATIENCE } else { FIRST_PATIENCE };
    let mut made = tokio::time::timeout(patience, &mut making).await;
    if made.is_err() && latest.is_none() {
        let [_, calls] = application.folder.reading.progress();
        if calls > FEW_CALLS {
            return Err(Problem::READING);
        }
        made = Ok(making.await);
    }
    match (made, latest) {
        (Ok(Ok(Ok(made))), _) => Ok(made),
        (_, Some(latest)) => Ok(latest),
        (Ok(Ok(Err(problem))), None) => Err(problem),
        _ => Err(Problem::INTERNAL),
    }
}

/// Makes a snapshot, unless somebody else has just done so.
async fn make(application: App) -> Result<Arc<Snapshot>, Problem> {
    let _turn = application.folder.making.lock().await;
    let shared = Arc::clone(&application);
    let making = tokio::task::spawn_blocking(move || {
        let stamp = Stamp::now(&shared);
        match shared.folder.latest() {
            Some(latest) if latest.stamp == stamp => Ok(latest),
            _ => Snapshot::make(&shared, stamp).map(Arc::new),
        }
    });
    let made = making.await.unwrap_or(Err(Problem::INTERNAL))?;
    application.index.update(&application.store);
    application.folder.set(Arc::clone(&made));
    Ok(made)
}

impl Stamp {
    fn now(application: &Application) -> Self {
        let of_file = |name: &&str| {
            let metadata = std::fs::metadata(application.store.directory().join(name)).ok()?;
            Some((metadata.len(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH)))
        };
        let reviews = application.reviews.current().map_or(0, |known| known.edition);
        Self { files: FILES.iter().map(of_file).collect(), reviews }
    }
}

impl Snapshot {
    fn make(application: &Application, stamp: Stamp) -> Result<Self, Problem> {
        let made = Instant::now();
        let store = &application.store;
        // Pages without reviews are better than none; the page of a call says what is wrong with them.
        let known = application.reviews.current().unwrap_or_default();
        let machine = machine_evaluations(application, &known.reviews);
        let found = |call: &str, rule: &RuleKey| machine_verdict(machine.get(call)?, rule);
        let agreements = agreement(&known.reviews, found);
        let settings = QueueSettings::default();
        let mut views = Views::of(application, &known.reviews, &machine);
        let mut queue = QueueBuilder::new(&known.reviews, &agreements, &settings);
        let mut sources = HashMap::new();
        each_line(store, &application.folder.reading, |line| {
            sources.insert(line.call.id.clone(), line.call.source.clone());
            add_to_queue(&mut queue, &line);
            views.add(&line);
        })?;
        let (everything, of_agents) = views.finish(&agreements)?;
        let queue = queue.finish();
        Ok(Self {
            stamp,
            made,
            listening: Listening::new(store, application.sound, application.interface)?,
            failures: store.read_failures()?,
            passed_over: store.read_passed_over()?,
            accuracies: accuracies(store).with(agreements),
            queue,
            everything,
            of_agents,
            sources,
            took: made.elapsed(),
        })
    }
}

/// What the machine says of the calls that people have reviewed or corrected.
fn machine_evaluations(application: &Application, reviews: &Reviews) -> HashMap<String, Evaluation> {
    let reviewed = reviews.sheets().map(|sheet| sheet.call_id.as_str());
    let ids: BTreeSet<&str> = reviewed.chain(reviews.corrected_calls()).collect();
    let of_call = |id: &str| {
        let stored = application.store.read_call(id).ok().flatten()?;
        Some((id.to_owned(), judged(stored, reviews, &application.packs).call.evaluation))
    };
    ids.into_iter().filter_map(of_call).collect()
}

fn add_to_queue(queue: &mut QueueBuilder<'_>, line: &CallLine) {
    let rules: Vec<RuleSummary<'_>> = line.evaluation.rules.iter().map(RuleSummary::from).collect();
    queue.add(etalon_review::CallSummary {
        id: &line.call.id,
        agent: line.call.agent_id.as_deref().or(line.call.agent_name.as_deref()),
        started_at: line.call.started_at,
        rules: &rules,
    });
}

/// The calls of the folder, one at a time: from the roll-up, or from the stored calls where there is
/// none yet. A damaged line or call is left out, as the page of failures says.
fn each_line(
    store: &Store,
    reading: &Reading,
    mut each: impl FnMut(CallLine),
) -> Result<(), etalon_store::Error> {
    let ids: Vec<String> = store.call_ids()?.into_iter().collect();
    reading.begin(ids.len());
    if Path::exists(&store.directory().join("calls.jsonl")) {
        for line in store.call_lines()?.filter_map(Result::ok) {
            each(line);
            reading.add(1);
        }
        return Ok(());
    }
    let of_id = |id: &String| store.read_call(id).ok().flatten().map(CallLine::from);
    for ids in ids.chunks(CALLS_AT_ONCE) {
        let lines: Vec<Option<CallLine>> = ids.par_iter().map(of_id).collect();
        lines.into_iter().flatten().for_each(&mut each);
        reading.add(ids.len());
    }
    Ok(())
}

/// The accuracies that `etalon eval --save` left; none where there is no such file.
fn accuracies(store: &Store) -> Accuracies {
    let file = std::fs::read(store.directory().join(RULE_ACCURACY_FILE));
    file.ok().and_then(|json| Accuracies::from_json(&json).ok()).unwrap_or_default()
}

/// All views, made in one pass over the calls.
struct Views<'a> {
    application: &'a Application,
    reviews: &'a Reviews,
    /// What the machine says of the calls that people have reviewed or corrected.
    machine: &'a HashMap<String, Evaluation>,
    everything: ViewBuilder,
    of_agents: Vec<(Person, ViewBuilder)>,
}

#[derive(Default)]
struct ViewBuilder {
    statistics: Statistics,
    worst: WorstCalls,
    columns: CallColumns,
    ids: BTreeSet<String>,
}

impl<'a> Views<'a> {
    fn of(
        application: &'a Application,
        reviews: &'a Reviews,
        machine: &'a HashMap<String, Evaluation>,
    ) -> Self {
        let people = application.people.iter().flat_map(etalon_review::People::iter);
        let agents = people.filter(|person| person.role == PersonRole::Agent);
        Self {
            application,
            reviews,
            machine,
            everything: ViewBuilder::default(),
            of_agents: agents.map(|person| (person.clone(), ViewBuilder::default())).collect(),
        }
    }

    fn add(&mut self, line: &CallLine) {
        let result = self.result_of(line);
        let evaluation = result.as_ref().map_or(&line.evaluation, |result| &result.evaluation);
        let review = ReviewMark::of(self.reviews, &line.call.id);
        let summary = CallSummary { evaluation, review, ..CallSummary::from(line) };
        let site = self.application.site(None);
        self.everything.add(&site, &summary);
        let summary = CallSummary { review: review.without_drafts(), ..summary };
        for (person, builder) in &mut self.of_agents {
            if person.is_agent_of(&line.call) {
                builder.add(&site, &summary);
            }
        }
    }

    /// What stands in a call that people have reviewed or corrected.
    fn result_of(&self, line: &CallLine) -> Option<FinalEvaluation> {
        let id = &line.call.id;
        let machine = self.machine.get(id)?;
        Some(final_evaluation(machine, coverage_min(&line.metrics), self.reviews.sheets_of(id)))
    }

    /// The views. How far rules and people agree is nothing for agents.
    fn finish(mut self, agreements: &[RuleAgreement]) -> Result<(View, HashMap<String, View>), Problem> {
        self.everything.columns.add_agreements(&self.application.site(None), agreements);
        let of_agents =
            self.of_agents.into_iter().map(|(person, builder)| Ok((person.name, builder.finish()?)));
        Ok((self.everything.finish()?, of_agents.collect::<Result<_, Problem>>()?))
    }
}

impl ViewBuilder {
    fn add(&mut self, site: &Site<'_>, call: &CallSummary<'_>) {
        self.ids.insert(call.facts.id.clone());
        self.statistics.add(call);
        self.worst.add(call);
        self.columns.add(site, call);
    }

    fn finish(mut self) -> Result<View, Problem> {
        let columns = self.columns.to_script().map_err(|_| Problem::INTERNAL)?;
        Ok(View {
            ids: self.ids,
            statistics: self.statistics,
            worst: self.worst.listed().to_vec(),
            columns_tag: tag(columns.as_bytes()),
            columns: columns.into(),
        })
    }
}

/// A tag by which browsers know whether they have a file already.
pub(crate) fn tag(content: &[u8]) -> String {
    format!("\"{}\"", HEXLOWER.encode(&Sha256::digest(content)[..16]))
}
