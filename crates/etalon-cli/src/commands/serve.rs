//! `etalon serve`: the pages of a result folder over HTTP.

use crate::arguments::ServeOptions;
use crate::commands::report::{PagesChoice, known_packs};
use crate::exit::Exit;
use crate::output;
use anyhow::Context;
use etalon_review::People;
use etalon_serve::{AccessToken, ServeSettings, Server};
use etalon_store::Store;
use std::path::Path;

/// Under which name somebody reviews whom the system does not name.
const NAMELESS: &str = "reviewer";

/// Runs the command. The folder is not locked: a run may write into it at the same time.
pub(crate) fn serve(options: ServeOptions) -> anyhow::Result<Exit> {
    let store = Store::open(&options.directory)?;
    let choice = PagesChoice::of(&store, &options.pages)?;
    let people = options.people.as_deref().map(people).transpose()?;
    let token = options.token_file.as_deref().map(token).transpose()?;
    let server = Server::bind(ServeSettings {
        packs: known_packs(&store)?,
        store,
        language: choice.language,
        sound: choice.audio,
        people,
        local_reviewer: user(),
        listen: options.listen,
        public_names: options.public_name,
        token,
        trial_time: ServeSettings::TRIAL_TIME,
    })?;
    output::data(&format!("{}\n", server.invitation()))?;
    server.run_until_signal()?;
    Ok(Exit::Done)
}

/// The people of a file, as those who answer are named.
pub(crate) fn people(path: &Path) -> anyhow::Result<People> {
    let place = || format!("people file `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    People::parse(&text).with_context(place)
}

fn token(path: &Path) -> anyhow::Result<AccessToken> {
    let place = || format!("token file `{}`", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    AccessToken::parse(&text).with_context(place)
}

/// The name of whoever sits at this machine, as the system knows it.
fn user() -> String {
    let names = ["USER", "USERNAME"].into_iter().filter_map(|variable| std::env::var(variable).ok());
    let mut names = names.map(|name| name.trim().to_owned());
    names.find(|name| (1..=100).contains(&name.chars().count())).unwrap_or_else(|| NAMELESS.to_owned())
}
