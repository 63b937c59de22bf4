//! What is told to people, in Russian.

pub(crate) const DECIDED_BY_REVIEWER: &str = "Так решил проверяющий.";
pub(crate) const DECIDED_BY_LEAD: &str = "Так решил руководитель.";
pub(crate) const REVIEWERS_DISAGREE: &str = "Проверяющие расходятся, решения руководителя нет.";
pub(crate) const NOT_CHECKED: &str =
    "Не проверено: программа не услышала разговора, а проверяющий его слышит.";
