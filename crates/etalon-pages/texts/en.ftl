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

# The transcript
transcript-heading = Transcript
no-words-heard = The speech of this recording was not transcribed, so there are no words.
no-words-found = No word was recognised in this recording.
removed-repeated = repeated by the recogniser, nobody said it
removed-invented = invented by the recogniser, nobody said it
removed-without-speech = nobody speaks here
removed-from-glossary = repeats the glossary

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
figure-calls = calls
figure-audio = of audio
figure-mean = mean score of 100
figure-mean-of-all = mean score of all
figure-unscored = without score, not in the mean
figure-critical = with a critical failure
figure-failures = recordings without result
figure-failed = failed
figure-passed = passed
figure-unmeasurable = not measured
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

# Rules
rules-explained = Rules that fail most come first. Figures lead to their calls.
column-rule = Rule
column-failed = Failed
column-judged = Judged
column-unmeasurable = Not measurable
column-unmeasurable-explained = The rule applies, but the recording cannot show it
column-precision = Precision
column-precision-explained = The share of found failures that people confirmed
column-share = Share of failures
not-judged = not judged
accuracy-unknown = unknown
accuracy-heading = How far this rule can be trusted
accuracy-never-measured = The accuracy of this rule was not measured here. Reviews by people give it, or a comparison with labelled calls (etalon eval --save).
accuracy-on-your-calls = Measured on your calls:
accuracy-on-labelled-calls = Measured on labelled calls:
accuracy-lacking = { $lacking } more reviews are needed before it says something ({ $floor } in all).
accuracy-no-cases = no cases
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
passed-over-heading = Not taken from the folders
listed-part = { $listed } of { $count } shown; all are in { $file }.
stage-intake = intake
stage-decode = decoding
stage-activity = speech activity
stage-transcription = transcription
stage-speakers = speakers
stage-dialogue = dialogue
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
