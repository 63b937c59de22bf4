//! Dialogue acts: what a speaker does with a sentence.

use crate::{Role, named_enum, round3};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An act that a stretch of a turn performs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurnAct {
    /// What the speaker does.
    pub act: Act,
    /// How probable the model holds it, 0 to 1, calibrated: of acts with 0.8, about four in five
    /// are right.
    pub probability: f64,
    /// The first word of the sentence, counted from 0 in the turn.
    pub from_word: u32,
    /// The word after the last.
    pub to_word: u32,
}

impl TurnAct {
    /// An act with its probability rounded.
    pub fn new(act: Act, probability: f64, from_word: u32, to_word: u32) -> Self {
        Self { act, probability: round3(probability), from_word, to_word }
    }
}

named_enum! {
    /// What a speaker does with a sentence, in its context. `docs/acts.md` defines each act, with
    /// examples and counterexamples.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
    pub enum Act {
        /// Says hello.
        Greets = "greets",
        /// Introduces herself as calling for, or answering for, a company.
        NamesCompany = "names_company",
        /// Tells her own name.
        NamesSelf = "names_self",
        /// Says that this call is recorded.
        StatesRecording = "states_recording",
        /// Asks who is on the line: whether it is X, for X to come to the phone, for a date of
        /// birth or other data that prove identity.
        AsksIdentity = "asks_identity",
        /// Says that she is the person asked for, or gives the data that prove it.
        ConfirmsIdentity = "confirms_identity",
        /// Says that she is not the person asked for, or that such a person is not here: wrong
        /// number, moved, dead.
        DeniesIdentity = "denies_identity",
        /// Says who she is instead: wife, mother, colleague, neighbour, new owner of the number; or
        /// that X is out and she answers for X.
        IsThirdPerson = "is_third_person",
        /// Declines to say what the call is about to anybody but X, or before X is confirmed.
        ProtectsSecret = "protects_secret",
        /// Says why she calls, in whatever detail.
        StatesPurpose = "states_purpose",
        /// Asks whether the client can talk now.
        AsksConvenience = "asks_convenience",
        /// Asks who calls, from where, how the number was got.
        AsksWhoCalls = "asks_who_calls",
        /// Doubts that the call is genuine, takes it for swindlers, refuses to give data for that
        /// reason.
        SuspectsFraud = "suspects_fraud",
        /// A sentence from which the listener learns that she, or the person asked for, has an
        /// unpaid or overdue debt.
        NamesDebt = "names_debt",
        /// Names the sum that is owed or has to be paid.
        NamesAmount = "names_amount",
        /// Names by when it has to be paid, or how long it is overdue.
        NamesDueDate = "names_due_date",
        /// Asks why the payment was not made.
        AsksReason = "asks_reason",
        /// Asks or urges the client to pay, or asks when, how much and from what she will pay.
        AsksPayment = "asks_payment",
        /// Names a lawful consequence of not paying, soberly: court, bailiffs, penalty, credit
        /// history, sale of the debt, dispatch of a letter.
        StatesConsequence = "states_consequence",
        /// Says how a consequence can be avoided.
        StatesWayOut = "states_way_out",
        /// Asks a third person to pass on that there is a debt, to pay it, to put pressure on the
        /// debtor.
        InvolvesThirdPerson = "involves_third_person",
        /// Admits that she owes.
        AdmitsDebt = "admits_debt",
        /// Says that she does not owe it, not so much, or not to you; demands proof.
        DisputesDebt = "disputes_debt",
        /// Says that the money is already paid or under way.
        SaysPaid = "says_paid",
        /// Openly threatens with what is not lawful or not the agent's to decide: a visit with
        /// people, violence, harm to work, children, pets, property; calls to the employer,
        /// relatives, neighbours; posters, publication, prison, taking a child or the only home.
        Threatens = "threatens",
        /// A threat between the lines.
        ThreatensVeiled = "threatens_veiled",
        /// Assures that something bad will not be done.
        DeniesThreat = "denies_threat",
        /// Tells of threats, insults, visits or swindles by others or in the past, quotes them,
        /// warns of swindlers who do so.
        ReportsThreat = "reports_threat",
        /// Calls the other a name or speaks with contempt of him as a person.
        Insults = "insults",
        /// Moralises or humiliates.
        Shames = "shames",
        /// Irony or sarcasm at the client's expense.
        Mocks = "mocks",
        /// Shows indifference to the client's trouble or request.
        Dismisses = "dismisses",
        /// Is rude in manner without a name.
        IsRude = "is_rude",
        /// Claims a false authority or a false fact of law: police, court orders that do not exist,
        /// criminal case for a debt, «мы приставы», «завтра вас лишат прав», debts that children
        /// inherit now.
        Misleads = "misleads",
        /// Shows sympathy with, or calms, the client.
        Sympathises = "sympathises",
        /// Thanks for anything but waiting.
        Thanks = "thanks",
        /// Apologises.
        Apologises = "apologises",
        /// Offers help or asks how she can help.
        OffersHelp = "offers_help",
        /// Says that the client will have to wait on the line.
        AnnouncesHold = "announces_hold",
        /// Asks whether the client can or will wait on the line.
        AsksToWait = "asks_to_wait",
        /// Agrees to wait on the line.
        AllowsHold = "allows_hold",
        /// Thanks for waiting on the line.
        ThanksForWaiting = "thanks_for_waiting",
        /// Asks for information and expects it.
        AsksQuestion = "asks_question",
        /// A question that expects no answer.
        AsksRhetorically = "asks_rhetorically",
        /// Answers the question just asked, directly, with its substance.
        Answers = "answers",
        /// Answers only a part of what was asked, or so generally that the client must ask again.
        AnswersPartly = "answers_partly",
        /// Does not answer the question but changes the subject, generalises or puts another one.
        Evades = "evades",
        /// Says that she does not know or will not tell, and leaves it there.
        RefusesAnswer = "refuses_answer",
        /// Promises to find out, to check, to ask.
        PromisesToFindOut = "promises_to_find_out",
        /// Asks again because the question was not answered.
        RepeatsQuestion = "repeats_question",
        /// Asks what exactly the other means or needs.
        AsksClarification = "asks_clarification",
        /// Says in her own words what the client said or wants.
        Paraphrases = "paraphrases",
        /// Asks whether she understood the client, or whether the client understood her.
        ChecksUnderstanding = "checks_understanding",
        /// Says yes, confirms, consents, accepts an offer.
        Agrees = "agrees",
        /// Says no, objects, turns an offer down.
        Disagrees = "disagrees",
        /// Did not hear.
        AsksToRepeat = "asks_to_repeat",
        /// Explains a term or an abbreviation in plain words.
        ExplainsTerm = "explains_term",
        /// Gives facts about the product, the procedure, the state of a request, unasked or beyond
        /// the answer.
        Informs = "informs",
        /// Offers a way to settle a debt or a problem: instalments, a later date, a smaller
        /// payment, restructuring, holidays, a discount, money from relatives, a compensation, a
        /// replacement.
        OffersSolution = "offers_solution",
        /// Refuses any easing.
        RefusesSolution = "refuses_solution",
        /// Offers a product or service for sale or sign-up.
        MakesOffer = "makes_offer",
        /// States the conditions of an offer or a solution: rate, term, sum, threshold, what is
        /// needed.
        StatesConditions = "states_conditions",
        /// Asks for instalments, a delay, a discount, another way out.
        AsksForSolution = "asks_for_solution",
        /// Promises to pay with a day or a sum, without reserve.
        PromisesFirmly = "promises_firmly",
        /// Will pay if or when something happens.
        PromisesConditionally = "promises_conditionally",
        /// Will pay, without day and sum, or only tries.
        PromisesVaguely = "promises_vaguely",
        /// Says that she will not pay.
        RefusesToPay = "refuses_to_pay",
        /// Says that she has nothing to pay with, now or at all.
        CannotPay = "cannot_pay",
        /// Repeats what was agreed, to fix it.
        ConfirmsAgreement = "confirms_agreement",
        /// Sends the client to the website, application or chat for what he asked, instead of
        /// telling.
        SendsToWebsite = "sends_to_website",
        /// Asks the client to call (again) himself.
        AsksToCallAgain = "asks_to_call_again",
        /// Sends the client to a branch, another number, another organisation.
        SendsElsewhere = "sends_elsewhere",
        /// Says that she, or a colleague, will call or write back.
        OffersCallback = "offers_callback",
        /// Asks to be called at another time.
        AsksCallback = "asks_callback",
        /// Says that she cannot talk or wait now: drives, works, no time.
        CannotTalk = "cannot_talk",
        /// Asks for a telephone number, or confirms the one to call back on.
        AsksNumber = "asks_number",
        /// Asks when it suits to call back or to meet.
        AsksTime = "asks_time",
        /// Hands the call over, or says that she is going to.
        Transfers = "transfers",
        /// Says why the colleague is the right one.
        GivesTransferReason = "gives_transfer_reason",
        /// Assures that the colleague knows the matter as well or better.
        VouchesForColleague = "vouches_for_colleague",
        /// Strays from the purpose of the call: politics, weather, life stories that do not bear on
        /// the matter, other companies.
        GoesOffTopic = "goes_off_topic",
        /// Brings the client back politely.
        ReturnsToGoal = "returns_to_goal",
        /// Speaks to somebody else or to herself while the client is on the line.
        TalksAside = "talks_aside",
        /// Asks whether there is anything else.
        AsksMoreQuestions = "asks_more_questions",
        /// Says goodbye or a closing wish.
        SaysFarewell = "says_farewell",
        /// Shows that she listens, or checks the line.
        Backchannels = "backchannels",
        /// Tells of a misfortune: illness, death, job lost, divorce, fire, no money for food.
        TellsTrouble = "tells_trouble",
        /// Insults, curses or threatens the agent or the company.
        IsAggressive = "is_aggressive",
        /// Is dissatisfied with the company, its product or people, and says with what.
        Complains = "complains",
        /// Asks not to be called any more, to delete the number, revokes a consent.
        AsksNoContact = "asks_no_contact",
        /// Asks for a rating or an opinion in a survey.
        AsksRating = "asks_rating",
    }
}

impl Act {
    /// The only side that performs this act; none where both do.
    pub const fn side(self) -> Option<Role> {
        match self {
            Self::NamesCompany
            | Self::StatesRecording
            | Self::AsksIdentity
            | Self::ProtectsSecret
            | Self::StatesPurpose
            | Self::AsksConvenience
            | Self::NamesDebt
            | Self::NamesAmount
            | Self::NamesDueDate
            | Self::AsksReason
            | Self::AsksPayment
            | Self::StatesConsequence
            | Self::StatesWayOut
            | Self::InvolvesThirdPerson
            | Self::Threatens
            | Self::ThreatensVeiled
            | Self::DeniesThreat
            | Self::Shames
            | Self::Mocks
            | Self::Dismisses
            | Self::IsRude
            | Self::Misleads
            | Self::Sympathises
            | Self::OffersHelp
            | Self::AnnouncesHold
            | Self::AsksToWait
            | Self::ThanksForWaiting
            | Self::AnswersPartly
            | Self::PromisesToFindOut
            | Self::Paraphrases
            | Self::ChecksUnderstanding
            | Self::ExplainsTerm
            | Self::Informs
            | Self::OffersSolution
            | Self::RefusesSolution
            | Self::MakesOffer
            | Self::StatesConditions
            | Self::ConfirmsAgreement
            | Self::SendsToWebsite
            | Self::AsksToCallAgain
            | Self::SendsElsewhere
            | Self::OffersCallback
            | Self::AsksNumber
            | Self::AsksTime
            | Self::Transfers
            | Self::GivesTransferReason
            | Self::VouchesForColleague
            | Self::ReturnsToGoal
            | Self::TalksAside
            | Self::AsksMoreQuestions
            | Self::AsksRating => Some(Role::Agent),
            Self::ConfirmsIdentity
            | Self::DeniesIdentity
            | Self::IsThirdPerson
            | Self::AsksWhoCalls
            | Self::SuspectsFraud
            | Self::AdmitsDebt
            | Self::DisputesDebt
            | Self::SaysPaid
            | Self::AllowsHold
            | Self::RepeatsQuestion
            | Self::AsksForSolution
            | Self::PromisesFirmly
            | Self::PromisesConditionally
            | Self::PromisesVaguely
            | Self::RefusesToPay
            | Self::CannotPay
            | Self::AsksCallback
            | Self::CannotTalk
            | Self::GoesOffTopic
            | Self::TellsTrouble
            | Self::IsAggressive
            | Self::Complains
            | Self::AsksNoContact => Some(Role::Client),
            _ => None,
        }
    }
}
