//! Rule packs and the verdicts they give on a call.
