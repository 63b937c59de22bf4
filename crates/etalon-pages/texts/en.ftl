# The whole site
skip-to-content = Skip to content
nav-label = Sections
nav-overview = Overview
nav-calls = Calls
nav-queue = Review
nav-search = Search
nav-rules = Rules
nav-people = People
nav-failures = No result
unit-seconds = s
unit-minutes = min
unit-hours = h
calls-count = { $count ->
    [one] { $count } call
   *[other] { $count } calls
}
role-agent = agent
role-client = client
role-unknown = somebody

# The page of a call: its head
chip-critical = critical failure
fact-client = client
score-none = no score
coverage = measured { $share }
coverage-explained = The measured share of the points of all rules that apply. The score rests on this part alone.
direction-inbound = inbound
direction-outbound = outbound
direction-internal = internal
kind-dialogue = conversation
kind-third_person = somebody else answered
kind-voicemail = answering machine
kind-unavailable = nobody can be reached
kind-ivr = voice menu

# The player
player-label = Player
play = Play
pause = Pause
previous-finding = ← Finding
next-finding = Finding →
speed = Speed
zoom = Zoom
keys = Keys
key-play = play, pause
key-back = back 5 seconds
key-forward = forward 5 seconds
key-slower = slower
key-faster = faster
key-next = next finding
key-previous = previous finding
recording-lost = The recording was moved, or this browser cannot open it:
recording-as-opus = If the file is there, this makes sounds that every browser plays:
recording-choose = Choose the recording's file:
no-sound = This recording cannot be played.

# The picture of the call
timeline-label = Course of the call
wave-label = Loudness of both sides: agent above, client below
lane-findings = Findings
lane-overlap = Both speak
lane-silence = Silence
lane-hold = Hold
lane-other = Other
lane-muted = Muted
lane-stages = Stages
event-backchannel = { $side } signals listening
event-terminal = { $side } starts just before the turn ends
event-collaborative = { $side } helps with words
event-attempt = { $side } tries to speak
event-floor-taken = { $side } interrupts
event-silence = silence
event-hold = hold
event-hold-music = hold with music
event-farewell = { $side } says goodbye
event-shouting = { $side } shouts
event-unrecognized = { $side } speaks, no word was recognised
muted = muted: { $what }

# The transcript
transcript-heading = Transcript
no-words-heard = The speech of this recording was not transcribed, so there are no words.
no-words-found = No word was recognised in this recording.
removed-repeated = repeated by the recogniser, nobody said it
removed-invented = invented by the recogniser, nobody said it
removed-without-speech = nobody speaks here
removed-from-glossary = repeats the glossary
redacted-note = Personal data was taken out of the words and muted in the recording.
data-card = card number
data-telephone = telephone number
data-passport = passport
data-snils = SNILS
data-iin = IIN
data-email = e-mail address
data-address = address
data-birth-date = date of birth
data-surname = surname

# Verdicts
verdicts-heading = Rules
no-rules = No rule was applied.
verdicts-failed = { $count ->
    [one] { $count } rule failed
   *[other] { $count } rules failed
}
verdicts-unmeasurable = { $count ->
    [one] { $count } rule not measured
   *[other] { $count } rules not measured
}
verdicts-passed = { $count ->
    [one] { $count } rule passed
   *[other] { $count } rules passed
}
verdicts-not-applicable = { $count ->
    [one] { $count } rule does not apply
   *[other] { $count } rules do not apply
}
severity-minor = minor
severity-major = major
severity-critical = critical
about-rule = About this rule

# About the recording
about-heading = About the call
measures-heading = Measured
measure-talk = Share of talk
measure-talk-explained = This side's share of all talk
measure-tempo = Words a minute
measure-tempo-explained = Words over a minute of the side's own talk, without pauses
measure-longest-turn = Longest turn
measure-longest-turn-explained = A turn ends when the side falls silent or the other side takes over
measure-latency = Answers after, s
measure-latency-explained = Median time from the end of the other side's turn to the answer
measure-interruptions = Interrupts
measure-interruptions-explained = Speaks up inside a turn and goes on while the other side falls silent
measure-attempts = Tries to speak
measure-attempts-explained = Speaks up inside a turn, but the other side goes on
measure-silence = Silence
measure-silence-explained = Nobody speaks for at least 3 seconds between the first and the last speech, outside holds
measure-hold = Hold
measure-hold-explained = The agent was away: in all, and how often
recording-heading = Recording
channels-count = { $count ->
    [one] { $count } channel
   *[other] { $count } channels
}
sides-told = The sides were told by the configuration or the manifest.
sides-from-signal = The sides follow from the signal.
sides-from-text = The sides follow from what is said.
sides-from-voice = The sides follow from the voices.
sides-unknown = The sides could not be told.
no-defects = No defects were found.
defects-count = { $count ->
    [one] { $count } defect
   *[other] { $count } defects
}
words-dropped = { $count ->
    [one] { $count } word of the recogniser was dropped because nobody said it.
   *[other] { $count } words of the recogniser were dropped because nobody said them.
}
origin-heading = Made by
rules-unmeasurable = { $count ->
    [one] { $count } rule was not measured.
   *[other] { $count } rules were not measured.
}
also-found-as = The same recording also lies here:

# The list of calls
list-shown = %1 of %2 shown
list-average = mean score %1 (of %2)
list-none = There are no such calls. Loosen the filters.
list-no-findings = none
list-more = Show more
list-any = all
list-without-script = { $count ->
    [one] Without scripts only the worst call is shown.
   *[other] Without scripts only the { $count } worst calls are shown.
}
copy-link = Copy a link to this selection
copied = Copied
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
review-none = not reviewed
review-counted = reviewed, counted in scores
review-draft = draft
review-shared = shared with the agent
review-acknowledged = acknowledged
review-disputed = disputed
review-resolved = resolved
review-closed = closed
column-score = Score
column-time = Time
column-agent = Agent
column-team = Team
column-manager = Manager
column-duration = Length
column-findings = Findings
column-recording = Recording
filter-fail = Failed rule
filter-unmeasurable = Rule not measured
filter-pass = Passed rule
filter-agent = Agent
filter-team = Team
filter-manager = Manager
filter-from = From day
filter-to = To day
filter-critical = critical
filter-unscored = without score
filter-more = More filters
filter-call-type = Type of call
filter-topic = Topic
filter-kind = Who answered
filter-direction = Direction
filter-tag = Tag
filter-weekday = Weekday
filter-hour = Hour
filter-review = Review
filter-answer = Check of a rule
filter-score-min = Score from
filter-score-max = Score to
filter-coverage-min = Measured from, %
filter-coverage-max = Measured to, %
filter-duration-min = Length from, s
filter-duration-max = Length to, s
filter-silence-min = Silence from, %
filter-interruptions-min = Interruptions by agent, at least
filter-hold-min = Hold from, s
filter-file = File name contains
filter-reset = Reset filters

# Overview
overview-heading = Quality of calls
figures-label = Key figures
figure-calls = { $count ->
    [one] call
   *[other] calls
}
figure-audio = of audio
figure-mean = mean score of 100
figure-mean-of-all = mean score of all
figure-unscored = without score, not in the mean
figure-critical = with a critical failure
figure-failures = { $count ->
    [one] recording without result
   *[other] recordings without result
}
figure-failed = failed
figure-passed = passed
figure-unmeasurable = not measured
figures-of-machine = Nobody has reviewed any of these calls yet: scores and verdicts are the program’s.
figures-reviewed = { $count ->
    [one] Reviews are counted in scores and verdicts: { $count } call is reviewed.
   *[other] Reviews are counted in scores and verdicts: { $count } calls are reviewed.
}
figure-na = did not apply
worst-rules-heading = Rules that fail most
all-rules = All rules
voice-heading = What clients speak of
call-types = Types of calls
topics = Topics
net-promoter-score = Net promoter score
grades-count = { $count ->
    [one] of { $count } grade
   *[other] of { $count } grades
}
chart-distribution = Calls by score
chart-no-scores = No call has a score, so there is nothing to show.
chart-hours = Share of calls with a failure by day and hour
chart-no-moments = The time of the calls is unknown: a manifest or file names give it.
chart-with-failure = with a failure
chart-trend = Mean score by week, with its 95% interval
chart-one-week = A course by weeks needs calls of at least two weeks.

# Comparison with the period before
changes-heading = What changed
changes-none = There is nothing to compare with: it takes calls of at least two days whose time is known.
changes-explained = Compared are { $length }. In brackets is the 95% interval of the difference. Nothing is concluded where either period has fewer than { $floor } calls.
changes-no-rules = No rules were compared: none was checked at least { $floor } times in both periods.
changes-rules = Rules compared: { $compared }; the share of failures changed beyond chance (99.9%) for: { $changed }.
period-28 = the last four weeks with the four weeks before
period-7 = the last seven days with the seven days before
period-1 = the last day with the day before
column-measure = Measure
column-difference = Difference
column-outcome = Outcome
measure-calls = Calls
measure-mean = Mean score
measure-critical-share = Share of calls with a critical failure
measure-failure-share = Share of calls with a failure
measure-rule-share = Share of failures:
unit-points = pp
difference-range = { $low } to { $high }
outcome-too-few = too few calls
outcome-same = no notable difference
outcome-better = better
outcome-worse = worse
chart-hours-explained = The darker a cell, the larger the share. A small cell: fewer than { $floor } calls.
chart-trend-explained = A small dot: fewer than { $floor } scored calls in the week.
chart-changed-hours = Hours in which the share of calls with a failure changed
chart-changed-hours-explained = Red is worse, green is better (99.9%), grey is no notable difference, an outline means fewer than { $floor } calls in either period.
chart-hours-too-few = Hours cannot be compared: no hour has { $floor } calls in both periods.
chart-hour-change = was { $before }, is { $now }
filter-judged = Checked by rule
filter-na = Rule that did not apply
filter-findings-min = Failed rules from

# Rules
rules-explained = Rules that fail most come first. Figures lead to their calls.
column-rule = Rule
column-failed = Failed
column-judged = Judged
column-unmeasurable = Not measured
column-unmeasurable-explained = The rule applies, but the recording cannot show it
column-precision = Precision
column-precision-explained = The share of found failures that people confirmed
column-share = Share of failures
not-judged = not judged
accuracy-unknown = unknown
accuracy-heading = How far this rule can be trusted
accuracy-never-measured = Nobody has checked this rule on your calls yet.
accuracy-on-your-calls = On your calls
accuracy-on-labelled-calls = On labelled calls (etalon eval --save)
accuracy-lacking = { $lacking } more reviews are needed before it says something ({ $floor } in all).
accuracy-no-cases = no cases
accuracy-of-people-only = A recording does not show this: only people judge the rule, and there is nothing to compare.
accuracy-sources = Blind answers: { $blind } (κ { $blind-kappa }); with the program’s verdict in sight: { $open } (κ { $open-kappa }). Accepted as proposed, not counted: { $prefilled }.
confusion-heading = Who said what; the numbers lead to their calls
confusion-cell = { $rule }: program — { $machine }, people — { $human }
precision = Precision
precision-explained = The share of found failures that are true
recall = Recall
recall-explained = The share of true failures that were found
kappa-explained = Agreement with the truth beyond chance, at most 1 (Cohen, 1960)
column-value = Value
column-interval = 95% interval (Wilson)
rule-is-manual = A recording cannot show this: a reviewer fills it in.

# People
people-unknown = Nobody knows who spoke: a manifest or file names give agents, teams and managers.
people-explained = Means with their 95% intervals. Whoever has fewer than { $floor } scored calls has no rank and stands below.
too-few = few
group-too-few = Fewer than { $floor } scored calls: the mean says more about the calls than about the person.
groups-agent = Agents
groups-team = Teams
groups-manager = Managers
column-calls = Calls
column-mean = Mean score
column-unscored = Without score
column-critical = Critical
column-most-failed = Fails most often

# Without result
no-failures = Every recording has a result.
column-stage = Stage
column-reason = Reason
column-retry = Another try
column-file = File
retry-useless = will not help
retry-next-run = with the next run
failure-unknown = An earlier version of the program wrote the reason down:
failure-empty = The recording holds no sound.
failure-not_a_recording = The file does not look like a recording. Take it out of the folder.
failure-unsupported = The format or codec is not supported. Save the recording in another format.
failure-corrupt = The recording is damaged and cannot be read. Export it from the telephone system again.
failure-limit = The recording is larger or longer than allowed.
failure-missing = The file is not where it should be, or several fit. Check the path.
failure-unreadable = The file could not be read. Check the disk and the permissions.
failure-still_written = The file changed while it was read: it is still being recorded, or was replaced.
failure-manifest = The list of recordings cannot be read: nothing in it was used.
failure-facts = The list of recordings or the file name says what cannot be. Correct it and run again.
failure-transcript_missing = The recording has no transcript.
failure-transcript_ambiguous = It is not clear which transcript belongs to the recording: names coincide.
failure-transcript_unreadable = The transcript could not be read. Check the permissions.
failure-transcript_corrupt = The transcript is damaged or of another form.
failure-recognition = The speech could not be recognized.
failure-panic = A mistake of the program itself. Please report it.
failure-worker_died = This recording ended the processing twice. It is left alone until a run with --retry-quarantined.
failure-worker_killed = The system ended the processing twice: memory ran out or another program stepped in.
failure-workers_keep_dying = The processing ended with every recording in a row: this one is not to blame.
failure-same_bytes = A recording with exactly the same bytes has no result; its line says why.
failure-stored_result = The stored result is damaged or of another version. Process the recordings again.
passed-over-heading = Not taken from the folders
listed-part = { $listed } of { $count } shown; all are in { $file }.
stage-intake = intake
stage-decode = decoding
stage-activity = speech activity
stage-transcription = transcription
stage-speakers = speakers
stage-dialogue = dialogue
stage-acts = meaning of sentences
stage-standards = rules
stage-store = storing
passed-over-unknown_format = a format that is not read
passed-over-no_recording = no recording
passed-over-archive = an archive: unpack it
passed-over-growing = still growing
passed-over-other_side_growing = the other side is still growing
passed-over-unfinished_copy = an unfinished copy
passed-over-hidden = hidden
passed-over-apple_double = a file of macOS
passed-over-dangling_link = a link that leads nowhere
passed-over-forbidden_link = a link that may not be followed
passed-over-link_loop = a link in a circle
passed-over-same_file = a link to what is taken anyway
passed-over-special_file = a pipe, socket or device
passed-over-result_folder = a result folder

# Why there is no sound
sound-not-wanted = These pages were made without sound (--audio none).
sound-place-unknown = Nobody knows where the recording lies: an earlier version made this result.
sound-changed = The file of the recording changed since it was processed. Run etalon again.
sound-unreadable = The file of the recording cannot be read.
sound-not-written = The sound for the page could not be written: check the disk and the permissions.

# Review (served)
review-heading = Review
review-keys = Keys on the chosen rule: 1 pass, 2 fail, 3 does not apply, 4 cannot tell; arrows up and down go to the next rule.
review-is-blind = Blind: the program's verdicts are hidden until the sheet is shared.
review-go-open = Show the program's verdicts
review-blind-refused = You have seen the program’s verdicts already: somebody else can review this call blind.
review-save-first = Save your answers first: they were given blind.
review-proposed = proposed by the program
review-save = Save
review-accept-rest = Save, and accept the program's other verdicts
review-comment = Comment
review-stands = stands
review-disputed-rules = Contested
review-saving = Saving…
review-saved = Saved.
review-comment-needed = Your answer is not the program's: say why in a comment.
review-reason-needed = Give the reason in a comment.
review-nothing-new = There are no new answers.
review-failed = The server did not answer. Nothing is lost: check the connection and save again.
review-conflict-seen = The sheet has changed.
verdict-pass = pass
verdict-fail = fail
verdict-na = does not apply
verdict-unmeasurable = not measurable
answer-pass = pass
answer-fail = fail
answer-na = does not apply
answer-cannot_tell = cannot tell
column-machine = Program
column-people = People
column-final = Stands
source-machine = the program's
source-reviewer = decided by a reviewer
source-lead = decided by a lead
source-disagree = reviewers disagree
score-of-machine = Score of the program
score-final = Final score
action-shared = Share with the agent
action-acknowledged = Acknowledge
action-disputed = Dispute
action-resolved = Resolve
action-closed = Close
person-reviewer = reviewer
person-lead = lead
person-agent = agent
person-reader = reader
corrections-heading = Corrections of the transcript
corrections-explained = A double click on a word corrects it. From the keyboard: Tab to a turn, arrows left and right choose a word, E corrects it.
corrections-flipped = The corrections changed these verdicts of the program:
corrections-without-verdicts = The verdicts were not made anew: the packs that judged the call are not here.
corrections-stale = { $count ->
    [one] { $count } correction belongs to an earlier transcript and is not applied.
   *[other] { $count } corrections belong to an earlier transcript and are not applied.
}
correct-word = What was said; empty for nothing
correct-save = Correct
correct-cancel = Cancel
correct-undo = put back
correct-speaker = somebody else spoke

# Signing in (served)
sign-in-heading = Sign in
sign-in = Sign in
sign-in-name = Your name, as in the list of people
sign-in-unknown = The list has no such name. Check how it is written there, or ask to be added.
sign-in-explained = Whoever runs the server keeps the list of people (--people people.toml).
signed-in-as = You are { $name } now.

# Problems (served)
problem-no-such-page = There is no such page
problem-no-such-page-remedy = The address has a mistake, or the page went away with its calls. Start from the overview.
problem-no-such-call = There is no such call here
problem-no-such-call-remedy = The link names a call that is not in this folder, or that you may not see. Look for it in the list of calls.
problem-no-such-rule = This call has no such rule
problem-no-such-rule-remedy = Open the page of the call again.
problem-no-sound = There is no recording
problem-no-sound-remedy = The file was moved or changed, or can't be read. The page of the call says where it was.
problem-not-for-role = This is not for your role
problem-not-for-role-remedy = Ask a lead if you need it.
problem-not-signed-in = You are not signed in
problem-not-signed-in-remedy = Open the overview and sign in with your name.
problem-no-token = A token is needed
problem-no-token-remedy = Open the address with the token (…/?token=…) that the server printed at its start, or ask whoever runs the server for it.
problem-wrong-token = The token is not the right one
problem-wrong-token-remedy = The server may have been started again with another token. Ask whoever runs it for the new address.
problem-wrong-host = This server does not answer under that name
problem-wrong-host-remedy = Open the address that the server printed at its start, or name the host there (--public-name).
problem-foreign-page = The request came from a page of somebody else
problem-foreign-page-remedy = Nothing was changed. Open a page of this server and repeat it there.
problem-old-page = The page is out of date
problem-old-page-remedy = Nothing was changed. Load the page again and repeat.
problem-not-understood = The request was not understood
problem-not-understood-remedy = Nothing was changed. Load the page again and repeat.
problem-not-json = The request has the wrong form
problem-not-json-remedy = JSON is needed (content-type: application/json).
problem-wrong-method = This page is not asked for in that way
problem-wrong-method-remedy = Open it by a link.
problem-too-large = Too much at once
problem-too-large-remedy = Nothing was changed. Save more often, or shorten the comments.
problem-too-slow = The request took too long
problem-too-slow-remedy = Check the connection and repeat.
problem-unreadable = The result folder can't be read
problem-unreadable-remedy = Check the disk, and the rights of whoever runs the server.
problem-call-damaged = The call's file is damaged or of another version
problem-call-damaged-remedy = Run etalon run again: the call will be made anew.
problem-call-newer = A later version of etalon wrote the call
problem-call-newer-remedy = Update etalon.
problem-reading = The calls are being read
problem-reading-remedy = { $done } of { $all } so far. This page loads itself again.
problem-internal = The server failed
problem-internal-remedy = Repeat it; if that does not help, start the server again.
problem-comment-too-long = The comment is too long
problem-comment-too-long-remedy = Nothing was saved. Shorten it to 4000 characters and 40 lines.
problem-review-refused = Your role may not do this
problem-review-refused-remedy = Another lead resolves a dispute, and its author fills a sheet.
problem-review-conflict = Somebody was faster
problem-review-conflict-remedy = What there is now is shown, with your unsaved answers. Save again.
problem-review-state = The sheet is in another state now
problem-review-state-remedy = Load the page again.
problem-review-comment = The answer is not the program's and does not say why
problem-review-comment-remedy = Say why in a comment.
problem-review-prefilled = Only the program's verdict can be accepted as it stands
problem-review-prefilled-remedy = Give the answer yourself.
problem-review-nothing = There is nothing to share
problem-review-nothing-remedy = Answer at least one rule.
problem-review-reason = The reason is missing
problem-review-reason-remedy = Give it in a comment.
problem-review-answer = The sheet has no such answer
problem-review-answer-remedy = Load the page again.
problem-review-correction = There is nothing to correct
problem-review-correction-remedy = The transcript has changed, or the correction is too long. Load the page again.
problem-reviews-full = The disk is full
problem-reviews-full-remedy = Nothing is lost: free space and save again.
problem-reviews-read-only = Reviews can't be written
problem-reviews-read-only-remedy = Nothing is lost: give the server the right to write into the result folder and save again.
problem-reviews-busy = Another program holds the file of reviews
problem-reviews-busy-remedy = Nothing is lost: save again.
problem-reviews-newer = A later version of etalon wrote the reviews
problem-reviews-newer-remedy = Update etalon.
problem-reviews-damaged = The file of reviews is damaged
problem-reviews-damaged-remedy = Put the last backup of reviews.sqlite in its place.
problem-reviews-unreadable = The reviews can't be read
problem-reviews-unreadable-remedy = Check reviews.sqlite in the result folder and its permissions.

# Search and queue (served)
search-example = agent: перезвоню NEAR/3 завтра
search-explained = A word finds all its forms, "in quotes" exactly so, role: one side, NEAR/3 close together, -word without it, (a | b) either, since:2026-11-01 until:2026-11-07 those days.
search-find = Find
search-order = Order
search-order-relevance = closest first
search-order-newest = newest first
search-order-oldest = oldest first
search-turns = { $count ->
    [one] { $count } turn
   *[other] { $count } turns
}
search-pages = Pages of hits
search-back = Back
search-on = On
search-outdated = the call has changed, the place is about right
search-not-ready = The index of words is still being made. Load the page again in a while.
queue-empty = Nothing waits.
queue-sheets = Sheets
queue-calls = Calls to review
queue-waiting = { $count ->
    [one] { $count } call waits.
   *[other] { $count } calls wait.
}
queue-critical = Critical
queue-suspected = Looks like a failure, please check
queue-needs-check = The program is not sure
queue-uncertain = Precision not known
queue-random = Random sample
queue-go-blind = Review blind, without the reasons
queue-go-open = Show the reasons
search-as-rule = Make it a rule
search-rule-explained = The rule finds what the query finds; hits are its examples. Check and complete it: etalon rules test, etalon rules try.
query-place = character { $place }: { $what }
query-empty = there is no word to look for
query-too-long = the query is longer than 1000 characters; look for a part of it
query-too-many-words = the query has more than 64 words; look for a part of them
query-too-deep = brackets stand too deep in each other; take some out
query-unclosed-quote = this quotation mark is not closed
query-empty-phrase = there is no word between these quotation marks
query-unclosed-bracket = this bracket is not closed
query-unopened-bracket = this bracket closes none that is open
query-nothing-to-join = a word or a phrase is missing here
query-unknown-role = this is no role; write оператор: or клиент:, or put the words between quotation marks
query-unknown-day = this is no day; write since:2026-11-03 or since:03.11.2026, a month (2026-11) or a year
query-day-inside = days stand on their own; write them in front of everything else
query-no-days = the first of these days is later than the last one
query-role-in-brackets = a role can't stand inside brackets; write it in front of them
query-star-inside = a star stands for the end of a word; write it behind the letters
query-short-prefix = write at least two letters in front of a star
query-no-word = the word is missing behind this sign
query-distance = write how many words may lie between, from 0 to 50, as in NEAR/3
query-different-distances = write the same number of words for all that are near to each other
query-not-near = only words, phrases and alternatives of them can be near to each other
query-only-excluded = name something that is said, too: a minus only leaves turns out

# Why something was not measured
cannot-be-checked = It cannot be checked: { $cause }.
cause-not-transcribed = the call was not transcribed
cause-no-words = no word of the recording was heard
cause-roles-unknown = the recording does not tell who is the agent and who the client
cause-no-words-of-agent = not one word of the agent is heard
cause-only-unsure-words = the words were found only where the speech was recognized with low confidence
cause-company-unknown = neither the manifest nor the settings name the company
cause-client-unknown = it is not known which client was called: there is no column client_ref
cause-start-unknown = it is not known when the call began
cause-zone-unknown = the client's time zone is not known: there is no column client_utc_offset or client_time_zone
cause-zone-notation = the client's time zone is not understood: write +05:00 or Asia/Almaty
cause-other-calls-unknown = only the other calls to the same client show it
cause-callback-time-unknown = the agreed time was not heard
cause-callback-open = there is no later call to this client yet
cause-not-measured = this was not measured on the recording
cause-nobody-waits = nobody is heard to talk on the line
cause-judged-by-hand = a reviewer fills this in
cause-not-applicable = the rule does not apply to this call
cause-nobody-speaks = there was no conversation: nobody speaks
cause-voicemail = there was no conversation: an answering machine took the call
cause-unavailable = there was no conversation: the subscriber cannot be reached
cause-ivr = there was no conversation: a menu or a queue speaks
cause-only-agent = no conversation is heard: only the agent speaks
cause-only-client = no conversation is heard: only the client speaks
cause-no-rule-applies = no rule applies to this call
cause-sentence-model = the sentence model cannot be read: { $a }
cause-doubtful-act = this may be { $a }; please listen and check
cause-no-acts = the model does not understand what the { $a } says in the language “{ $b }”
cause-unsure-speech = the speech of the { $a } was recognized with low confidence: { $b }, it takes { $c }
cause-unsure-speech-of-all = the speech was recognized with low confidence: { $a }, it takes { $b }
cause-most-speech-lost = { $a } s of { $c } s of speech of the { $b } have no words: they could not be recognized
cause-speech-lost = { $a } s of speech of the { $b } from { $c } on were not recognized
cause-too-few-words = words recognized in { $a } s of speech of the { $b }: { $c }
cause-foreign-agent = the agent speaks { $a }, and the rule is written for another language
cause-foreign-client = the client speaks { $a }, and the rule is written for another language
cause-foreign-all = the speakers speak { $a }, and the rule is written for another language
cause-other-language-agent = the agent speaks the language “{ $a }”, and the rule is written for another
cause-other-language-client = the client speaks the language “{ $a }”, and the rule is written for another
cause-other-language-all = the speakers speak the language “{ $a }”, and the rule is written for another
cause-too-little-because = { $a }% of the standard was checked, a score takes at least { $b }%: { $c }
cause-too-little = { $a }% of the standard was checked, a score takes at least { $b }%
cause-sides-not-apart = the sides are not on channels of their own: the recording does not show who spoke at the same time and when
cause-sides-on-one-channel = the sides are on one channel: the recording does not show who interrupted whom and when both spoke
cause-channel-unknown = it is not known which channel is the agent's and which the client's
cause-no-speech-recognized = speech was not recognized: there are no words
cause-part-without-words = part of the speech has no words: a tempo by words cannot be told
word-agent = agent
word-client = client
word-all = speakers
word-russian = Russian
word-kazakh = Kazakh
word-english = English

# Defects of a recording
defect-dual_mono = Both channels hold the same: the sides are not apart.
defect-dead_channel = One channel holds nothing.
defect-silent = The recording is all but silent.
defect-crosstalk = One side is heard on the other's channel.
defect-dc_offset = The signal is shifted, as a faulty card does.
defect-clipping = Overdriven: loud places are distorted.
defect-level_difference = One side is much louder than the other.
defect-hum = The mains hum is heard.
defect-rate_suspect = The sampling rate in the header seems wrong.
defect-rate_assumed = The sampling rate is not told; the usual one was taken.
defect-dtmf = Keys of a telephone are pressed.
defect-fax_or_modem = A fax or a modem is heard.
defect-keyboard = A keyboard is heard.
defect-clicks = Clicks are heard.
defect-comfort_noise = Comfort noise comes and goes.
defect-echo = One side comes back as an echo.
defect-bits_zero = The header does not tell the bits of a sample.
defect-channels_zero = The header does not tell the channels.
defect-channels_wrong = The number of channels in the header is wrong.
defect-channels_chosen = There are more than two channels: those with speech were taken.
defect-channels_swapped = The channels of agent and client are swapped.
defect-rate_zero = The header does not tell the sampling rate.
defect-clock_jumps = The clock of the recording jumps.
defect-data_length_zero = The header has no length: read to the end of the file.
defect-data_longer_than_declared = There is more sound than the header promises.
defect-data_truncated = The recording is cut: what is there was used.
defect-stream_truncated = The recording is cut: what is there was used.
defect-frame_incomplete = The last sample is not whole.
defect-block_incomplete = The last block is not whole.
defect-blocks_damaged = Some blocks are damaged.
defect-block_size_wrong = The size of blocks in the header is wrong.
defect-byte_rate_wrong = The byte rate in the header is wrong.
defect-sub_format_unknown = The sub-format is not known.
defect-garbage_before_header = There is garbage before the header.
defect-garbage_between_frames = There is damage inside: silence keeps the times.
defect-packets_damaged = Some packets are damaged: silence stands there.
defect-packets_missing = Some packets are missing: silence stands there.
defect-samples_not_finite = Some samples are no numbers: silence stands there.
defect-samples_out_of_range = Some samples are out of range: they were limited.
defect-recordings_joined = Several recordings in one file were read as one.
defect-rest_unread = The rest of the file could not be read.
defect-layout_contradicted = The declared layout does not fit the recording.
defect-side_empty = The file of one side is empty.
defect-side_missing = There is no file of the other side.
defect-sides_of_different_length = The files of the two sides differ in length.
defect-fact_not_understood = A fact of the call was not understood and left out.
defect-facts_contradict = Rows of the manifest contradict each other.
defect-transcript_clock_differs = The clock of the transcript differs; it was put right.
defect-transcript_segments_of_both_sides = The transcript has segments of both sides.
defect-transcript_segments_unreadable = Parts of the transcript cannot be read.
defect-transcript_speakers_doubtful = Who speaks is doubtful in the transcript.
defect-transcript_speakers_swapped = The speakers of the transcript were swapped; it was put right.

# Trying a rule (served)
trial-heading = What would this rule hit?
trial-explained = Change the pack and see what it would find in the calls of this folder, and what of that is other than what is in force. Nothing is written. Rules that need the other calls of a client are not measured here.
trial-pack = Rule pack (TOML)
trial-rule = Rule; empty for all
trial-hit = A hit is
trial-start = Try
trial-running = Trying…
trial-left-out = There was no time for { $count } calls: the others, chosen at random, are shown.
trial-unreadable = Calls that could not be read: { $count }. They are damaged (run etalon again) or a later version wrote them (update etalon).
trial-one-rule = Weeks, agents and calls are shown where one rule is tried.
trial-appeared = appeared
trial-vanished = vanished
trial-stayed = stayed
trial-weeks = By week
trial-hits = Hits
trial-likeness = Likeness to the examples
trial-listed = The first { $listed } are shown.
trial-wrong-pack = The pack has a mistake
problem-trial-busy = Another pack is being tried
problem-trial-busy-remedy = Try again in half a minute.
problem-no-rule-on-trial = The pack has no such rule
problem-no-rule-on-trial-remedy = Check the id of the rule, or leave the field empty.

## What dialogue acts are called

act-greets = a greeting
act-names-company = the company's name
act-names-self = the speaker's own name
act-states-recording = a notice of recording
act-asks-identity = a check of identity
act-confirms-identity = a confirmation of identity
act-denies-identity = somebody else than was asked for
act-is-third-person = a third person
act-protects-secret = keeping the secret
act-states-purpose = the purpose of the call
act-asks-convenience = asking whether it is a good time
act-asks-who-calls = asking who calls
act-suspects-fraud = a suspicion of fraud
act-names-debt = naming the debt
act-names-amount = the amount of the debt
act-names-due-date = the date of payment
act-asks-reason = asking why the payment is late
act-asks-payment = asking for payment
act-states-consequence = a lawful consequence
act-states-way-out = how to avoid the consequences
act-involves-third-person = drawing in a third person
act-admits-debt = admitting the debt
act-disputes-debt = disputing the debt
act-says-paid = saying that it is paid
act-threatens = a threat
act-threatens-veiled = a veiled threat
act-denies-threat = an assurance that no threat is meant
act-reports-threat = a report of somebody's threat
act-insults = an insult
act-shames = shaming
act-mocks = mockery
act-dismisses = indifference
act-is-rude = rudeness
act-misleads = misleading
act-sympathises = sympathy
act-thanks = thanks
act-apologises = an apology
act-offers-help = an offer of help
act-announces-hold = announcing a hold
act-asks-to-wait = asking to wait
act-allows-hold = agreeing to wait
act-thanks-for-waiting = thanks for waiting
act-asks-question = a question
act-asks-rhetorically = a rhetorical question
act-answers = an answer
act-answers-partly = a partial answer
act-evades = evading the answer
act-refuses-answer = refusing to answer
act-promises-to-find-out = a promise to find out
act-repeats-question = the question again
act-asks-clarification = a clarifying question
act-paraphrases = a paraphrase
act-checks-understanding = a check of understanding
act-agrees = agreement
act-disagrees = disagreement
act-asks-to-repeat = asking to repeat
act-explains-term = explaining a term
act-informs = information
act-offers-solution = an offered solution
act-refuses-solution = a refused solution
act-makes-offer = an offer of a product
act-states-conditions = conditions
act-asks-for-solution = asking for a solution
act-promises-firmly = a firm promise to pay
act-promises-conditionally = a promise with a condition
act-promises-vaguely = a vague promise
act-refuses-to-pay = refusing to pay
act-cannot-pay = being unable to pay
act-confirms-agreement = confirming what was agreed
act-sends-to-website = sending the client to the website
act-asks-to-call-again = asking the client to call again
act-sends-elsewhere = sending the client elsewhere
act-offers-callback = a promise to call back
act-asks-callback = asking for a call back
act-cannot-talk = a bad time to talk
act-asks-number = asking for a number
act-asks-time = asking for a convenient time
act-transfers = transferring the call
act-gives-transfer-reason = the reason for the transfer
act-vouches-for-colleague = vouching for a colleague
act-goes-off-topic = leaving the subject
act-returns-to-goal = returning to the subject
act-talks-aside = talking to somebody else
act-asks-more-questions = asking for further questions
act-says-farewell = a farewell
act-backchannels = a sound of listening
act-tells-trouble = telling of a trouble
act-is-aggressive = aggression
act-complains = a complaint
act-asks-no-contact = asking for no more calls
act-asks-rating = asking for a rating
