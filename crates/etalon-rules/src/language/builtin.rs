//! The packs that come with etalon.

/// Every built-in pack's id and TOML text.
const PACKS: &[(&str, &str)] = &[
    ("kcg-service", include_str!("../../packs/kcg-service.toml")),
    ("collection-ethics", include_str!("../../packs/collection-ethics.toml")),
    ("conversation-skills", include_str!("../../packs/conversation-skills.toml")),
    ("ru-230fz", include_str!("../../packs/ru-230fz.toml")),
    ("kz-62vi", include_str!("../../packs/kz-62vi.toml")),
    ("voice-of-client", include_str!("../../packs/voice-of-client.toml")),
];

/// The ids of [`PACKS`].
static IDS: [&str; PACKS.len()] = {
    let mut ids = [""; PACKS.len()];
    let mut place = 0;
    while place < PACKS.len() {
        ids[place] = PACKS[place].0;
        place += 1;
    }
    ids
};

/// The TOML text of a built-in pack.
pub fn built_in(id: &str) -> Option<&'static str> {
    PACKS.iter().find(|(known, _)| *known == id).map(|&(_, source)| source)
}

/// The ids of all built-in packs.
pub fn built_in_ids() -> &'static [&'static str] {
    &IDS
}
