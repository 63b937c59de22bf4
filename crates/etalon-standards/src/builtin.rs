//! The packs that come with etalon.

/// Every built-in pack's id and TOML text.
const PACKS: &[(&str, &str)] = &[
    ("kcg-service", include_str!("../packs/kcg-service.toml")),
    ("collection-ethics", include_str!("../packs/collection-ethics.toml")),
    ("conversation-skills", include_str!("../packs/conversation-skills.toml")),
    ("ru-230fz", include_str!("../packs/ru-230fz.toml")),
    ("kz-62vi", include_str!("../packs/kz-62vi.toml")),
    ("voice-of-client", include_str!("../packs/voice-of-client.toml")),
];

const IDS: &[&str] =
    &["kcg-service", "collection-ethics", "conversation-skills", "ru-230fz", "kz-62vi", "voice-of-client"];

/// The TOML text of a built-in pack.
pub fn built_in(id: &str) -> Option<&'static str> {
    PACKS.iter().find(|(known, _)| *known == id).map(|&(_, source)| source)
}

/// The ids of all built-in packs.
pub fn built_in_ids() -> &'static [&'static str] {
    IDS
}
