# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mailvouch_global_optspecs
    string join \n color= h/help V/version
end

function __fish_mailvouch_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mailvouch_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mailvouch_using_subcommand
    set -l cmd (__fish_mailvouch_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mailvouch -n "__fish_mailvouch_needs_command" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -s V -l version -d 'Print version'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "check" -d 'Lint what is published, against the declaration where there is one'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "diff" -d 'Show what is published against what is desired, term by term'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "plan" -d 'Show the changes that would make it right, and the guards that they trip'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "preflight" -d 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "apply" -d 'Carry a plan out, verify it, and take it back if it fails'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "rollback" -d 'Take back what an apply wrote: its own values only; what others added since stays'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "wait" -d 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "init" -d 'Write a declaration from what is published, with what a person has to decide'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "observe" -d 'Read a delivered message: which address mail really leaves from, against the declaration'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "spf" -d 'Look at one domain\'s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "dkim" -d 'Make keys for DKIM'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "dmarc" -d 'Look at one domain\'s DMARC: the policy that receivers find, and who takes its reports'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "record" -d 'Lint the text of a record before it is published, with no network'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "bounce" -d 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "explain" -d 'Say what a rule means, or a code of a bounce, and what to do about it'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "rules" -d 'List all rules'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "demo" -d 'Run the whole loop on an example zone, with no network'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "completions" -d 'Print what a shell needs to complete the command line'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "man" -d 'Print the manual page, for `man`'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "schema" -d 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`'
complete -c mailvouch -n "__fish_mailvouch_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l domains-from -d 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l shard -d 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l resume-from -d 'Begin with this line of the list: a run that was stopped says which' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l selector -d 'A DKIM selector to look at; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l concurrency -d 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l transport -d 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`' -r -f -a "auto\t'What suits the number of domains'
own\t'A socket for each question'
pooled\t'A few sockets that all questions share'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l as-of -d 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l select -d 'Only these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l ignore -d 'Not these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line, as results come'
parquet\t'A table in Parquet, for DuckDB, Spark and pandas; with `--domains-from`, in a build with the feature `parquet`'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Workflow commands: annotations of a pull request on GitHub'
junit\t'JUnit\'s XML, for the test reports of a pipeline'
markdown\t'Markdown, for a comment on a pull request'
html\t'One HTML page, with all in it that it needs'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l fail-on -d 'Fail from this severity on' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
info\t'Everything that is found'
never\t'Nothing'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l unknown-to -d 'Write the domains of which something could not be told to this file, as a list for `--domains-from`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l baseline -d 'Findings that this file lists do not count, until the day that it gives' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l evidence -d 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l changed -d 'What was changed since, for the evidence; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l dated -d 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l write-baseline -d 'Write what is found to this file as a baseline; entries that still hold keep their reason and date' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l thorough -d 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -l exit-zero -d 'Exit with 0 whatever is found'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l domains-from -d 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l shard -d 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l resume-from -d 'Begin with this line of the list: a run that was stopped says which' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l selector -d 'A DKIM selector to look at; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l concurrency -d 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l transport -d 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`' -r -f -a "auto\t'What suits the number of domains'
own\t'A socket for each question'
pooled\t'A few sockets that all questions share'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l as-of -d 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l select -d 'Only these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l ignore -d 'Not these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l accept -d 'Take this rule\'s *ask* fixes in; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -l thorough -d 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l domains-from -d 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l shard -d 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l resume-from -d 'Begin with this line of the list: a run that was stopped says which' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l selector -d 'A DKIM selector to look at; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l concurrency -d 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l transport -d 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`' -r -f -a "auto\t'What suits the number of domains'
own\t'A socket for each question'
pooled\t'A few sockets that all questions share'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l as-of -d 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l select -d 'Only these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l ignore -d 'Not these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'One JSON document'
markdown\t'Markdown, for a comment on a pull request'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l accept -d 'Take this rule\'s *ask* fixes in; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l out -d 'Save the plan for `mailvouch apply FILE`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l before -d 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential, and makes a plan to read, which `apply` refuses' -r -f -a "provider\t'What the provider holds'
dns\t'What DNS serves'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -l thorough -d 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l domains-from -d 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l shard -d 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l resume-from -d 'Begin with this line of the list: a run that was stopped says which' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l selector -d 'A DKIM selector to look at; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l concurrency -d 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l transport -d 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`' -r -f -a "auto\t'What suits the number of domains'
own\t'A socket for each question'
pooled\t'A few sockets that all questions share'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l as-of -d 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l select -d 'Only these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l ignore -d 'Not these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l add -d 'Addresses that mail is going to leave from; may be given again. For the domains that are named; else for those whose declared addresses `--remove` names; else for all that are declared with addresses' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l remove -d 'Addresses that mail will no longer leave from; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l host -d 'A host that gets other addresses: an MX, or a name that `a:` names; may be given again. Of a family that is not given the addresses stay' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l helo -d 'A name that the new hosts give in HELO; may be given again [default: that of the group whose addresses leave]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l dnsbl -d 'Ask this DNS block list about each new address; may be given again. Its operator learns what you ask' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l at -d 'When it happens: a day (its beginning, in UTC) or an instant [default: in 7 days, at midnight]. Without `--add` and `--remove` the dates are those of the declaration, and this is when hosts move' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l before -d 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential' -r -f -a "provider\t'What the provider holds'
dns\t'What DNS serves'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l format -d 'How to print' -r -f -a "human\t'For people'
json\t'One JSON document'
markdown\t'Markdown, for a ticket'
ics\t'The steps as a calendar (iCalendar, RFC 5545)'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -l thorough -d 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand preflight" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l domain -d 'The domains to plan for; all that are declared if none is given' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l accept -d 'Take this rule\'s *ask* fixes in; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l allow -d 'Allow what trips this guard; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l as-of -d 'Carry out what is due on this day (its beginning, in UTC) or at this instant, although it is not that time now. A plan that was made with `--as-of` for a time to come is refused without it' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l journal -d 'Where to write down what is done [default: `.mailvouch/` beside the declaration]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l resume -d 'Go on with an apply that was cut off, from its journal' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l wait -d 'How long servers may take until they serve what was written, in seconds [default: 30 at the end, 600 between steps of which one needs the other]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -s y -l yes -d 'Do not ask before writing'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -l no-rollback -d 'Leave what is written where a later change fails, instead of taking it back'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l partial -d 'Take back what can be, also where somebody changed one of the values since'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -l no-wait -d 'Do not wait until caches have forgotten what leads to a record before the record goes'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -s y -l yes -d 'Do not ask before writing'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l wait -d 'How long to wait, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l accept -d 'Take this rule\'s *ask* fixes in; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l selector -d 'A DKIM selector to look at beside the usual ones; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l save-answers -d 'Save all answers that the declaration rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -s o -l output -d 'The file to write, which may not be there yet; `-` is standard output' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -l no-dns -d 'Ask no DNS: compare with the declaration alone'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand observe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -f -a "eval" -d 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -f -a "tree" -d 'Show the records behind a record as a tree, with what each term costs in look-ups'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -f -a "coverage" -d 'Show which addresses get which result, and the term that decides'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and not __fish_seen_subcommand_from eval tree coverage help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l ip -d 'The address that the message comes from' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l helo -d 'What the sending host says in HELO or EHLO; it is checked itself where there is no reverse-path' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l mail-from -d 'The reverse-path (MAIL FROM): `user@example.com`, `example.com`, or `<>` for a bounce' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l receiver -d 'The name of the host that checks, for explanations' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l deadline -d 'How long all queries together may take, in seconds; then the result is temperror' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from eval" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from tree" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -s c -l config -d 'The declaration [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l egress -d 'An address that mail leaves from, for a domain that is not declared; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from coverage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from help" -f -a "eval" -d 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from help" -f -a "tree" -d 'Show the records behind a record as a tree, with what each term costs in look-ups'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from help" -f -a "coverage" -d 'Show which addresses get which result, and the term that decides'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand spf; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and not __fish_seen_subcommand_from new help" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and not __fish_seen_subcommand_from new help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and not __fish_seen_subcommand_from new help" -f -a "new" -d 'Make a key pair: two files, the record to publish, and the lines for the declaration'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and not __fish_seen_subcommand_from new help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -l type -d 'Which key' -r -f -a "rsa-2048\t'RSA with 2048 bits: every receiver verifies it'
rsa-4096\t'RSA with 4096 bits: the record is twice as long, and some providers do not take it'
ed25519\t'Ed25519: short, and beside an RSA key only, since many receivers do not verify it'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -l key -d 'The file for the private key; the public one comes beside it, as `….pub.pem` [default: `SELECTOR.DOMAIN.pem`, here]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -s c -l config -d 'The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above]' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from help" -f -a "new" -d 'Make a key pair: two files, the record to publish, and the lines for the declaration'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dkim; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and not __fish_seen_subcommand_from policy reports help" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and not __fish_seen_subcommand_from policy reports help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and not __fish_seen_subcommand_from policy reports help" -f -a "policy" -d 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and not __fish_seen_subcommand_from policy reports help" -f -a "reports" -d 'Ask whether a domain takes DMARC reports about another'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and not __fish_seen_subcommand_from policy reports help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l dkim-pass -d 'A domain whose DKIM signature was verified (`d=`); may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l spf-pass -d 'A domain of MAIL FROM for which SPF passed; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l deadline -d 'How long all queries together may take, in seconds; then the result is temperror' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from policy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l save-answers -d 'Save all answers that the result rests on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l deadline -d 'How long all queries together may take, in seconds; then the result is temperror' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from reports" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from help" -f -a "policy" -d 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from help" -f -a "reports" -d 'Ask whether a domain takes DMARC reports about another'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand dmarc; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l type -d 'What it is meant as [default: what --owner or the text says]' -r -f -a "spf\t'Who may send'
dkim\t'A public key'
dmarc\t'What receivers do with what does not pass'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l owner -d 'Where it will stand, for messages: example.com, _dmarc.example.com, s1._domainkey.example.com' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l select -d 'Only these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l ignore -d 'Not these rules; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l fail-on -d 'Fail from this severity on' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
info\t'Everything that is found'
never\t'Nothing'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -l exit-zero -d 'Exit with 0 whatever is found'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l resolver -d 'A resolver to ask; may be given again [default: the system\'s]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l zone-file -d 'Take what is published from this master file, with no network; may be given again' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l answers -d 'Take what is published from this saved snapshot, with no network' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l dnsbl -d 'Ask this DNS block list about the sending address; may be given again. Its operator learns what you ask' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l rdap-bootstrap -d 'Which registry answers for what, as IANA lists it [default: a few large ones]' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l save-answers -d 'Save all answers that the checks rest on, as evidence and for `--answers`' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l timeout -d 'How long one query may take, in seconds' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l deadline -d 'How long all queries together may take, in seconds; what is not answered by then is unknown' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l evidence -d 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l changed -d 'What was changed since, for the evidence; may be given again' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l dated -d 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time' -r
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l format -d 'How to print: `human` or `json`' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -s o -l output -d 'Print to this file' -r -F
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l no-dns -d 'Look nothing up: say only what the bounce itself tells'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l rdap -d 'Ask the registry how old the sender\'s domain is (RDAP). It learns what you ask'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -l show-recipients -d 'Leave the addresses of recipients in the evidence'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand bounce" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand explain" -l format -d 'How to print it' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand explain" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rules" -l format -d 'How to print them' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rules" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand rules" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand demo" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand completions" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand man" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand schema" -l color -d 'When to colour what is printed' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c mailvouch -n "__fish_mailvouch_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "check" -d 'Lint what is published, against the declaration where there is one'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "diff" -d 'Show what is published against what is desired, term by term'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "plan" -d 'Show the changes that would make it right, and the guards that they trip'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "preflight" -d 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "apply" -d 'Carry a plan out, verify it, and take it back if it fails'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "rollback" -d 'Take back what an apply wrote: its own values only; what others added since stays'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "wait" -d 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "init" -d 'Write a declaration from what is published, with what a person has to decide'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "observe" -d 'Read a delivered message: which address mail really leaves from, against the declaration'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "spf" -d 'Look at one domain\'s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "dkim" -d 'Make keys for DKIM'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "dmarc" -d 'Look at one domain\'s DMARC: the policy that receivers find, and who takes its reports'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "record" -d 'Lint the text of a record before it is published, with no network'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "bounce" -d 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "explain" -d 'Say what a rule means, or a code of a bounce, and what to do about it'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "rules" -d 'List all rules'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "demo" -d 'Run the whole loop on an example zone, with no network'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "completions" -d 'Print what a shell needs to complete the command line'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "man" -d 'Print the manual page, for `man`'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "schema" -d 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and not __fish_seen_subcommand_from check diff plan preflight apply rollback wait init observe spf dkim dmarc record bounce explain rules demo completions man schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from spf" -f -a "eval" -d 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from spf" -f -a "tree" -d 'Show the records behind a record as a tree, with what each term costs in look-ups'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from spf" -f -a "coverage" -d 'Show which addresses get which result, and the term that decides'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from dkim" -f -a "new" -d 'Make a key pair: two files, the record to publish, and the lines for the declaration'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from dmarc" -f -a "policy" -d 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
complete -c mailvouch -n "__fish_mailvouch_using_subcommand help; and __fish_seen_subcommand_from dmarc" -f -a "reports" -d 'Ask whether a domain takes DMARC reports about another'
