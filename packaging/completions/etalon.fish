# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_etalon_global_optspecs
    string join \n h/help V/version
end

function __fish_etalon_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_etalon_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_etalon_using_subcommand
    set -l cmd (__fish_etalon_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c etalon -n "__fish_etalon_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c etalon -n "__fish_etalon_needs_command" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "run" -d 'Turn recordings into scored calls'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "watch" -d 'Turn recordings into scored calls as they come in, until somebody ends it'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "plan" -d 'Divide recordings among machines: a plan of shards for `etalon run --plan`'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "merge" -d 'Put the result folders of all shards of a plan together, as if one machine had made them'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "score" -d 'Apply rule packs to stored calls again, without audio, and print which verdicts flipped'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "report" -d 'Rebuild the tables and the report of a result folder from its stored calls'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "search" -d 'Find what was said in stored calls. Prints words of the calls'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "serve" -d 'Serve the pages of a result folder, with search and review'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "eval" -d 'Compare results with labelled calls: words, speech activity, events, verdicts'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "reviews" -d 'Write what people say of calls into a table, or read it from one'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "redact" -d 'Write a result folder without personal data, to be handed on: in words, quotes and sound'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "forget" -d 'Take calls out of every file of a result folder, and never listen to their recordings again'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "rules" -d 'Check, test and explain rule packs'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "models" -d 'List, download and verify speech models'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "bench" -d 'Measure how much this machine gets through: calls an hour, stages, memory'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "schema" -d 'Print the JSON Schema of a result file'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "doctor" -d 'Check whether this machine can do a run: processor, memory, disk, model, input. Changes nothing'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "completions" -d 'Print what a shell completes'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "manual" -d 'Print the manual page, or write those of all commands'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "worker" -d 'Works for `etalon run`, which starts it'
complete -c etalon -n "__fish_etalon_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand run" -l plan -d 'Plan of shards instead of inputs; `etalon plan` makes one' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l shard -d 'Which shard of the plan, I of N, from 1/N to N/N [default: as the task of a Slurm array or the index of a Kubernetes Indexed Job says]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l out -d 'Result folder. Calls that are already there are not processed again' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l manifest -d 'CSV with facts about each recording (columns: `path`, `started_at`, `direction`, `agent_id`, `company`, `layout`, …)' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l config -d 'Configuration (TOML): facts about all recordings, thresholds and packs' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l settle -d 'Watch recordings that were changed within this time for a moment, and leave those that still grow to the next run; 0 takes all as they are' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l jobs -d 'Number of calls processed at once [default: one per processor]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l workers -d 'How calls are processed: in processes, so that a crash costs only one call, or in threads of one process, which a crash ends' -r -f -a "processes\t''
threads\t''"
complete -c etalon -n "__fish_etalon_using_subcommand run" -l model -d 'Speech model: a name from `etalon models`, or a ggml file [default: that of the configuration, else the built-in one]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l engine -d 'Engine for the speech model [default: the native engine if it supports the model and the processor]' -r -f -a "auto\t''
native\t''
whisper.cpp\t''"
complete -c etalon -n "__fish_etalon_using_subcommand run" -l language -d 'Language of the calls: ru, kk, en, …; several (ru,kk) if calls differ; auto for those of the configuration, else ru, kk and en [default: auto]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l packs -d 'Rule packs, separated by commas: built-in names or .toml files [default: those of the configuration, else all but the law packs]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l add-packs -d 'Rule packs that apply beside the others' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l layout -d 'Channel of the agent, if the manifest does not say' -r -f -a "agent_left\t''
agent_right\t''
mono\t''
dual_mono\t''"
complete -c etalon -n "__fish_etalon_using_subcommand run" -l transcripts -d 'Folder of existing transcripts, found by the name of the recording: JSON of Whisper and its relatives or of a cloud service, VTT, SRT, or etalon\'s turns. Recordings without one are transcribed' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l max-seconds -d 'Refuse recordings longer than this' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l max-bytes -d 'Refuse files larger than this' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l log-format -d 'How messages are written to standard error: text, a line each, or json, an object each with time, level and counts' -r -f -a "text\t''
json\t''"
complete -c etalon -n "__fish_etalon_using_subcommand run" -l heartbeat -d 'Say how far the run is this often where standard error is no terminal, and write etalon.prom as often' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l metrics -d 'Write a copy of etalon.prom here, readable by everybody: where a Prometheus exporter finds it' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand run" -l group -d 'Let this group read the result folder, now and in later runs [default: the owner alone]' -r
complete -c etalon -n "__fish_etalon_using_subcommand run" -l retry-quarantined -d 'Retry recordings that ended their worker twice in an earlier run'
complete -c etalon -n "__fish_etalon_using_subcommand run" -l no-asr -d 'Measure the dialogue only, without transcription'
complete -c etalon -n "__fish_etalon_using_subcommand run" -l redact -d 'Take personal data out of words, quotes and sound: card and telephone numbers, passports, addresses, surnames and more (docs/privacy.md)'
complete -c etalon -n "__fish_etalon_using_subcommand run" -l json -d 'Print the content of run.json instead of the table of calls'
complete -c etalon -n "__fish_etalon_using_subcommand run" -l no-progress -d 'Show no progress bar'
complete -c etalon -n "__fish_etalon_using_subcommand run" -s q -l quiet -d 'Say nothing but warnings, failures and errors; run.json is printed only with --json'
complete -c etalon -n "__fish_etalon_using_subcommand run" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand run" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l out -d 'Result folder. Calls that are already there are not processed again' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l manifest -d 'CSV with facts about each recording (columns: `path`, `started_at`, `direction`, `agent_id`, `company`, `layout`, …)' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l config -d 'Configuration (TOML): facts about all recordings, thresholds and packs' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l jobs -d 'Number of calls processed at once [default: one per processor]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l workers -d 'How calls are processed: in processes, so that a crash costs only one call, or in threads of one process, which a crash ends' -r -f -a "processes\t''
threads\t''"
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l model -d 'Speech model: a name from `etalon models`, or a ggml file [default: that of the configuration, else the built-in one]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l engine -d 'Engine for the speech model [default: the native engine if it supports the model and the processor]' -r -f -a "auto\t''
native\t''
whisper.cpp\t''"
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l language -d 'Language of the calls: ru, kk, en, …; several (ru,kk) if calls differ; auto for those of the configuration, else ru, kk and en [default: auto]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l packs -d 'Rule packs, separated by commas: built-in names or .toml files [default: those of the configuration, else all but the law packs]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l add-packs -d 'Rule packs that apply beside the others' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l layout -d 'Channel of the agent, if the manifest does not say' -r -f -a "agent_left\t''
agent_right\t''
mono\t''
dual_mono\t''"
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l transcripts -d 'Folder of existing transcripts, found by the name of the recording: JSON of Whisper and its relatives or of a cloud service, VTT, SRT, or etalon\'s turns. Recordings without one are transcribed' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l max-seconds -d 'Refuse recordings longer than this' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l max-bytes -d 'Refuse files larger than this' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l log-format -d 'How messages are written to standard error: text, a line each, or json, an object each with time, level and counts' -r -f -a "text\t''
json\t''"
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l heartbeat -d 'Say how far the run is this often where standard error is no terminal, and write etalon.prom as often' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l metrics -d 'Write a copy of etalon.prom here, readable by everybody: where a Prometheus exporter finds it' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l group -d 'Let this group read the result folder, now and in later runs [default: the owner alone]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l interval -d 'Pause between two looks at the inputs' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l until -d 'End at this time of day, on this machine\'s clock; the same command goes on from there' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l plan -d 'Plan of shards instead of inputs; `etalon plan` makes one' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l shard -d 'Which shard of the plan, I of N, from 1/N to N/N [default: as the task of a Slurm array or the index of a Kubernetes Indexed Job says]' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l settle -d 'Take a recording when it has not changed for so long; 0 takes all as they are' -r
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l retry-quarantined -d 'Retry recordings that ended their worker twice in an earlier run'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l no-asr -d 'Measure the dialogue only, without transcription'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l redact -d 'Take personal data out of words, quotes and sound: card and telephone numbers, passports, addresses, surnames and more (docs/privacy.md)'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l json -d 'Print the content of run.json instead of the table of calls'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -l no-progress -d 'Show no progress bar'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -s q -l quiet -d 'Say nothing but warnings, failures and errors; run.json is printed only with --json'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand watch" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l shards -d 'Into how many shards the recordings are divided' -r
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l out -d 'File to write the plan to. It holds paths and facts of calls' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l manifest -d 'CSV with facts about each recording (columns: `path`, `started_at`, `direction`, `agent_id`, `company`, `layout`, …)' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l config -d 'Configuration (TOML): facts about all recordings, thresholds and packs' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l settle -d 'Watch recordings that were changed within this time for a moment, and leave those that still grow to the next run; 0 takes all as they are' -r
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l layout -d 'Channel of the agent, if the manifest does not say' -r -f -a "agent_left\t''
agent_right\t''
mono\t''
dual_mono\t''"
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l max-bytes -d 'Refuse files larger than this' -r
complete -c etalon -n "__fish_etalon_using_subcommand plan" -l json -d 'Print JSON instead of the table of shards'
complete -c etalon -n "__fish_etalon_using_subcommand plan" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand plan" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l out -d 'Result folder of the whole: a new one, or that of an earlier merge of the same plan' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l log-format -d 'How messages are written to standard error: text, a line each, or json, an object each with time, level and counts' -r -f -a "text\t''
json\t''"
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l heartbeat -d 'Say how far the run is this often where standard error is no terminal, and write etalon.prom as often' -r
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l metrics -d 'Write a copy of etalon.prom here, readable by everybody: where a Prometheus exporter finds it' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l group -d 'Let this group read the result folder, now and in later runs [default: the owner alone]' -r
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l json -d 'Print the content of run.json'
complete -c etalon -n "__fish_etalon_using_subcommand merge" -l no-progress -d 'Show no progress bar'
complete -c etalon -n "__fish_etalon_using_subcommand merge" -s q -l quiet -d 'Say nothing but warnings, failures and errors; run.json is printed only with --json'
complete -c etalon -n "__fish_etalon_using_subcommand merge" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand merge" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand score" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand score" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand score" -l packs -d 'Rule packs, separated by commas: built-in names or .toml files [default: those of the configuration, else those that judged the stored calls and are kept with them]' -r
complete -c etalon -n "__fish_etalon_using_subcommand score" -l add-packs -d 'Rule packs that apply beside the others' -r
complete -c etalon -n "__fish_etalon_using_subcommand score" -l config -d 'Configuration to take packs and calendar from' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand score" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand score" -l dry-run -d 'Print what would flip, and write nothing'
complete -c etalon -n "__fish_etalon_using_subcommand score" -l json -d 'Print JSON, call by call, instead of tables'
complete -c etalon -n "__fish_etalon_using_subcommand score" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand score" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand report" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand report" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand report" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand report" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand search" -l role -d 'Who says it, where the query names nobody' -r -f -a "agent\t''
client\t''"
complete -c etalon -n "__fish_etalon_using_subcommand search" -l agent -d 'Only calls of this agent, by identifier or name' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l team -d 'Only calls of this team' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l since -d 'Only calls from this day on (2026-11-03 or 03.11.2026), or from the beginning of a month (2026-11) or a year' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l until -d 'Only calls up to this day, which counts, or to the end of a month or a year' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l order -d 'Order of the hits' -r -f -a "relevance\t''
newest\t''
oldest\t''"
complete -c etalon -n "__fish_etalon_using_subcommand search" -l limit -d 'Most hits to print' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l offset -d 'Hits to leave out at the beginning' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l as-rule -d 'Print the query as a rule with this id instead, in a pack with hits as its examples' -r
complete -c etalon -n "__fish_etalon_using_subcommand search" -l forbidden -d 'With --as-rule: a call in which it is said fails'
complete -c etalon -n "__fish_etalon_using_subcommand search" -l json -d 'Print JSON instead of a table'
complete -c etalon -n "__fish_etalon_using_subcommand search" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand search" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l report-language -d 'The language of the pages: ru, kk or en [default: that of the folder\'s pages, at first ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l audio -d 'What the pages play: link (the originals, and Opus where browsers do not play them), copy (copies beside the pages), opus (Opus beside the pages) or none [default: as the folder\'s pages, at first link]' -r
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l listen -d 'Where to listen. Any address but one of this machine itself needs a token, which is printed' -r
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l people -d 'Who takes part in reviews (TOML). Without it, whoever sits at this machine reviews, and others read' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l token-file -d 'Take the token from this file instead of making one at every start' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand serve" -l public-name -d 'A name under which a proxy passes requests on, as browsers have it in their addresses' -r
complete -c etalon -n "__fish_etalon_using_subcommand serve" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand serve" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand eval" -l save -d 'Write the accuracy of each rule to DIR/rule-accuracy.json; the report shows it beside the rule'
complete -c etalon -n "__fish_etalon_using_subcommand eval" -l json -d 'Print JSON instead of tables'
complete -c etalon -n "__fish_etalon_using_subcommand eval" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand eval" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and not __fish_seen_subcommand_from export import help" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and not __fish_seen_subcommand_from export import help" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and not __fish_seen_subcommand_from export import help" -f -a "export" -d 'Write all answers of reviewers into a table (CSV) that spreadsheets open'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and not __fish_seen_subcommand_from export import help" -f -a "import" -d 'Read answers of reviewers from a table. Reading it twice changes nothing'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and not __fish_seen_subcommand_from export import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from import" -l as -d 'In whose name: rows without a reviewer become this person\'s' -r
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from import" -l people -d 'File with people and their roles (TOML), in which NAME has to be a lead' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write all answers of reviewers into a table (CSV) that spreadsheets open'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from help" -f -a "import" -d 'Read answers of reviewers from a table. Reading it twice changes nothing'
complete -c etalon -n "__fish_etalon_using_subcommand reviews; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l out -d 'The folder to write' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l report-language -d 'The language of the pages: ru, kk or en [default: ru]' -r
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l model -d 'With --verify: speech model, a name from `etalon models` or a ggml file [default: the built-in one]' -r
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l language -d 'With --verify: language of the calls [default: auto]' -r
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l config -d 'With --verify: configuration to take model and language from' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l verify -d 'Listen to the muted sound and count the personal data that is recognised in it. What was misheard is not counted'
complete -c etalon -n "__fish_etalon_using_subcommand redact" -l json -d 'Print JSON instead of a table'
complete -c etalon -n "__fish_etalon_using_subcommand redact" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand redact" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l out -d 'The result folder' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l call -d 'Forget the call with this id; may be given several times' -r
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l client -d 'Forget all calls of this client, by reference or telephone number' -r
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l older-than -d 'Forget all calls that began longer ago: 90d, 12w, 3y' -r
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l config -d 'Forget all calls that are older than `[retention]` of this configuration allows' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l dry-run -d 'Print what would be forgotten, and change nothing'
complete -c etalon -n "__fish_etalon_using_subcommand forget" -l json -d 'Print JSON instead of a table'
complete -c etalon -n "__fish_etalon_using_subcommand forget" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand forget" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "check" -d 'Check packs, tell all their mistakes at once, and print their rules'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "explain" -d 'Explain the verdict of a rule on a call. Prints words of the call'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "measure" -d 'Measure packs on labelled transcripts (NAME.truth.json; no audio is needed): how often each rule is right'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "try" -d 'Try a pack on stored calls: what it would find, and what of that is new. Writes nothing; prints words of the calls'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "test" -d 'Run the examples inside a pack'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and not __fish_seen_subcommand_from check explain measure try test help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from check" -l json -d 'Print JSON: the packs, and every mistake and warning with its place'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -l out -d 'The result folder of the call' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -l packs -d 'Rule packs, separated by commas: built-in names or .toml files [default: those that judged the call, as they are kept with it]' -r
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -l add-packs -d 'Rule packs beside the others' -r
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from explain" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from measure" -l packs -d 'Rule packs, separated by commas: built-in names or .toml files [default: all built-in packs]' -r
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from measure" -l json -d 'Print JSON instead of a table'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from measure" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from measure" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -l rule -d 'Only this rule, also where it is off; with its weeks, agents and calls' -r
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -l hit -d 'Verdict that counts as a hit' -r -f -a "pass\t''
fail\t''
na\t''
unmeasurable\t''"
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -l history -d 'Result folders or ledger.sqlite files of earlier calls, for rules across the calls of a client' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -l json -d 'Print JSON, call by call, instead of tables'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from try" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from test" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check packs, tell all their mistakes at once, and print their rules'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Explain the verdict of a rule on a call. Prints words of the call'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "measure" -d 'Measure packs on labelled transcripts (NAME.truth.json; no audio is needed): how often each rule is right'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "try" -d 'Try a pack on stored calls: what it would find, and what of that is new. Writes nothing; prints words of the calls'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "test" -d 'Run the examples inside a pack'
complete -c etalon -n "__fish_etalon_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -f -a "list" -d 'List the models of the registry, where they are, and whether their SHA-256 is right'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -f -a "pull" -d 'Download a model, or copy it from a file. Interrupted downloads are resumed'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -f -a "verify" -d 'Compare the SHA-256 of a model with the registry'
complete -c etalon -n "__fish_etalon_using_subcommand models; and not __fish_seen_subcommand_from list pull verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -l from -d 'Copy it from this file instead of downloading it' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -l to -d 'Folder to put it into [default: `$ETALON_MODELS`, or `etalon/models` in the user\'s cache folder]' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -l url -d 'Download it from this address instead of the registry\'s' -r
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -l sha256 -d 'SHA-256 that the file must have, for a model that the registry does not know' -r
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from pull" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the models of the registry, where they are, and whether their SHA-256 is right'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Download a model, or copy it from a file. Interrupted downloads are resumed'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Compare the SHA-256 of a model with the registry'
complete -c etalon -n "__fish_etalon_using_subcommand models; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l calls -d 'How many calls [default: 60]. Each has another start, length and gain, so that no two are the same' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l hours -d 'As many calls as take so many hours' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l call-seconds -d 'Length of the calls on the average [default: that of the recordings]' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l model -d 'Speech model: a name from `etalon models`, or a ggml file [default: the built-in one]. May be repeated' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l shape -d 'Speech model of this shape with random weights, written to a temporary file; nothing is downloaded. May be repeated' -r -f -a "tiny\t''
base\t''
small\t''
medium\t''
large-v3\t''
large-v3-turbo\t''"
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l tokens -d 'Tokens that a model with random weights decodes in every window of speech [default: as is typical of Russian calls of that length, 56 with the samples]' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l engine -d 'Engine for the speech model. May be repeated' -r -f -a "auto\t''
native\t''
whisper.cpp\t''"
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l jobs -d 'Number of calls processed at once [default: one per processor]' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l repeat -d 'How often each model is measured with each engine; the noise is known from 3 on' -r
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l config -d 'Configuration (TOML) of the runs' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l scratch -d 'Folder for recordings, models and results, all of which are deleted at the end [default: the system\'s folder for temporary files]' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l compare -d 'Report of an earlier measurement with the same options: ends with exit code 4 if this one is worse by more than the noise of both' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l no-asr -d 'Measure runs without transcription'
complete -c etalon -n "__fish_etalon_using_subcommand bench" -l json -d 'Print JSON instead of tables'
complete -c etalon -n "__fish_etalon_using_subcommand bench" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand bench" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand schema" -l write -d 'Write all schemas into this folder' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand schema" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand schema" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -l out -d 'Folder that results will go to' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -l config -d 'Configuration that the run will have' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -l model -d 'Speech model that the run will have: a name from `etalon models`, or a ggml file [default: that of the configuration]' -r
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -l jobs -d 'Number of calls processed at once [default: one per processor]' -r
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -l json -d 'Print JSON instead of a table'
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand completions" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand completions" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand manual" -l write -d 'Write the pages of all commands into this folder' -r -F
complete -c etalon -n "__fish_etalon_using_subcommand manual" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand manual" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand worker" -s h -l help -d 'Print help'
complete -c etalon -n "__fish_etalon_using_subcommand worker" -s V -l version -d 'Print version'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "run" -d 'Turn recordings into scored calls'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "watch" -d 'Turn recordings into scored calls as they come in, until somebody ends it'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "plan" -d 'Divide recordings among machines: a plan of shards for `etalon run --plan`'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "merge" -d 'Put the result folders of all shards of a plan together, as if one machine had made them'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "score" -d 'Apply rule packs to stored calls again, without audio, and print which verdicts flipped'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "report" -d 'Rebuild the tables and the report of a result folder from its stored calls'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "search" -d 'Find what was said in stored calls. Prints words of the calls'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "serve" -d 'Serve the pages of a result folder, with search and review'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "eval" -d 'Compare results with labelled calls: words, speech activity, events, verdicts'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "reviews" -d 'Write what people say of calls into a table, or read it from one'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "redact" -d 'Write a result folder without personal data, to be handed on: in words, quotes and sound'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "forget" -d 'Take calls out of every file of a result folder, and never listen to their recordings again'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "rules" -d 'Check, test and explain rule packs'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "models" -d 'List, download and verify speech models'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "bench" -d 'Measure how much this machine gets through: calls an hour, stages, memory'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "schema" -d 'Print the JSON Schema of a result file'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "doctor" -d 'Check whether this machine can do a run: processor, memory, disk, model, input. Changes nothing'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "completions" -d 'Print what a shell completes'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "manual" -d 'Print the manual page, or write those of all commands'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "worker" -d 'Works for `etalon run`, which starts it'
complete -c etalon -n "__fish_etalon_using_subcommand help; and not __fish_seen_subcommand_from run watch plan merge score report search serve eval reviews redact forget rules models bench schema doctor completions manual worker help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from reviews" -f -a "export" -d 'Write all answers of reviewers into a table (CSV) that spreadsheets open'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from reviews" -f -a "import" -d 'Read answers of reviewers from a table. Reading it twice changes nothing'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "check" -d 'Check packs, tell all their mistakes at once, and print their rules'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "explain" -d 'Explain the verdict of a rule on a call. Prints words of the call'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "measure" -d 'Measure packs on labelled transcripts (NAME.truth.json; no audio is needed): how often each rule is right'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "try" -d 'Try a pack on stored calls: what it would find, and what of that is new. Writes nothing; prints words of the calls'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "test" -d 'Run the examples inside a pack'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "list" -d 'List the models of the registry, where they are, and whether their SHA-256 is right'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "pull" -d 'Download a model, or copy it from a file. Interrupted downloads are resumed'
complete -c etalon -n "__fish_etalon_using_subcommand help; and __fish_seen_subcommand_from models" -f -a "verify" -d 'Compare the SHA-256 of a model with the registry'
