//! Messages on standard error: a line each for people, or a JSON object each for programs.

use crate::arguments::{Arguments, Command, LogFormat};
use std::fmt::{self, Debug};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, layer};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// From now on messages are written, as the command line asks for them. Those of libraries are not:
/// they may hold what a recording or a manifest says.
pub(crate) fn start(arguments: &Arguments) {
    let monitoring = match &arguments.command {
        Command::Run(options) => Some(&options.monitoring),
        Command::Watch(options) => Some(&options.run.monitoring),
        Command::Merge(options) => Some(&options.monitoring),
        _ => None,
    };
    let format = monitoring.map_or(LogFormat::Text, |monitoring| monitoring.log_format);
    let is_quiet = monitoring.is_some_and(|monitoring| monitoring.quiet);
    let level = if is_quiet { LevelFilter::WARN } else { LevelFilter::INFO };
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let layer = layer().with_writer(std::io::stderr).log_internal_errors(false);
    let layer = match format {
        LogFormat::Text => layer.event_format(Plain).with_filter(own).boxed(),
        LogFormat::Json => {
            let json = layer.json().flatten_event(true).with_target(false);
            json.with_current_span(false).with_span_list(false).with_filter(own).boxed()
        }
    };
    // It fails where messages are written already.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// The message alone.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut message = Message::default();
        event.record(&mut message);
        writeln!(writer, "{}", message.0)
    }
}

/// The message of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
