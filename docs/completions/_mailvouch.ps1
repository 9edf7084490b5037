
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mailvouch' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'mailvouch'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'mailvouch' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Lint what is published, against the declaration where there is one')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what is published against what is desired, term by term')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show the changes that would make it right, and the guards that they trip')
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Carry a plan out, verify it, and take it back if it fails')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Take back what an apply wrote: its own values only; what others added since stays')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a declaration from what is published, with what a person has to decide')
            [CompletionResult]::new('observe', 'observe', [CompletionResultType]::ParameterValue, 'Read a delivered message: which address mail really leaves from, against the declaration')
            [CompletionResult]::new('spf', 'spf', [CompletionResultType]::ParameterValue, 'Look at one domain''s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass')
            [CompletionResult]::new('dkim', 'dkim', [CompletionResultType]::ParameterValue, 'Make keys for DKIM')
            [CompletionResult]::new('dmarc', 'dmarc', [CompletionResultType]::ParameterValue, 'Look at one domain''s DMARC: the policy that receivers find, and who takes its reports')
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Lint the text of a record before it is published, with no network')
            [CompletionResult]::new('bounce', 'bounce', [CompletionResultType]::ParameterValue, 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a rule means, or a code of a bounce, and what to do about it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List all rules')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run the whole loop on an example zone, with no network')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print what a shell needs to complete the command line')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, for `man`')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;check' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--domains-from', '--domains-from', [CompletionResultType]::ParameterName, 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine')
            [CompletionResult]::new('--resume-from', '--resume-from', [CompletionResultType]::ParameterName, 'Begin with this line of the list: a run that was stopped says which')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'A DKIM selector to look at; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]')
            [CompletionResult]::new('--transport', '--transport', [CompletionResultType]::ParameterName, 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be given again')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be given again')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail from this severity on')
            [CompletionResult]::new('--unknown-to', '--unknown-to', [CompletionResultType]::ParameterName, 'Write the domains of which something could not be told to this file, as a list for `--domains-from`')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Findings that this file lists do not count, until the day that it gives')
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it')
            [CompletionResult]::new('--changed', '--changed', [CompletionResultType]::ParameterName, 'What was changed since, for the evidence; may be given again')
            [CompletionResult]::new('--dated', '--dated', [CompletionResultType]::ParameterName, 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write what is found to this file as a baseline; entries that still hold keep their reason and date')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--thorough', '--thorough', [CompletionResultType]::ParameterName, 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 whatever is found')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;diff' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--domains-from', '--domains-from', [CompletionResultType]::ParameterName, 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine')
            [CompletionResult]::new('--resume-from', '--resume-from', [CompletionResultType]::ParameterName, 'Begin with this line of the list: a run that was stopped says which')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'A DKIM selector to look at; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]')
            [CompletionResult]::new('--transport', '--transport', [CompletionResultType]::ParameterName, 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be given again')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be given again')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take this rule''s *ask* fixes in; may be given again')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--thorough', '--thorough', [CompletionResultType]::ParameterName, 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;plan' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--domains-from', '--domains-from', [CompletionResultType]::ParameterName, 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine')
            [CompletionResult]::new('--resume-from', '--resume-from', [CompletionResultType]::ParameterName, 'Begin with this line of the list: a run that was stopped says which')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'A DKIM selector to look at; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]')
            [CompletionResult]::new('--transport', '--transport', [CompletionResultType]::ParameterName, 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be given again')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be given again')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take this rule''s *ask* fixes in; may be given again')
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Save the plan for `mailvouch apply FILE`')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential, and makes a plan to read, which `apply` refuses')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--thorough', '--thorough', [CompletionResultType]::ParameterName, 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;preflight' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--domains-from', '--domains-from', [CompletionResultType]::ParameterName, 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine')
            [CompletionResult]::new('--resume-from', '--resume-from', [CompletionResultType]::ParameterName, 'Begin with this line of the list: a run that was stopped says which')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'A DKIM selector to look at; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]')
            [CompletionResult]::new('--transport', '--transport', [CompletionResultType]::ParameterName, 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be given again')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be given again')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--add', '--add', [CompletionResultType]::ParameterName, 'Addresses that mail is going to leave from; may be given again. For the domains that are named; else for those whose declared addresses `--remove` names; else for all that are declared with addresses')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Addresses that mail will no longer leave from; may be given again')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'A host that gets other addresses: an MX, or a name that `a:` names; may be given again. Of a family that is not given the addresses stay')
            [CompletionResult]::new('--helo', '--helo', [CompletionResultType]::ParameterName, 'A name that the new hosts give in HELO; may be given again [default: that of the group whose addresses leave]')
            [CompletionResult]::new('--dnsbl', '--dnsbl', [CompletionResultType]::ParameterName, 'Ask this DNS block list about each new address; may be given again. Its operator learns what you ask')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'When it happens: a day (its beginning, in UTC) or an instant [default: in 7 days, at midnight]. Without `--add` and `--remove` the dates are those of the declaration, and this is when hosts move')
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--thorough', '--thorough', [CompletionResultType]::ParameterName, 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;apply' {
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'The domains to plan for; all that are declared if none is given')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take this rule''s *ask* fixes in; may be given again')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Allow what trips this guard; may be given again')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'Carry out what is due on this day (its beginning, in UTC) or at this instant, although it is not that time now. A plan that was made with `--as-of` for a time to come is refused without it')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Where to write down what is done [default: `.mailvouch/` beside the declaration]')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on with an apply that was cut off, from its journal')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long servers may take until they serve what was written, in seconds [default: 30 at the end, 600 between steps of which one needs the other]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before writing')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before writing')
            [CompletionResult]::new('--no-rollback', '--no-rollback', [CompletionResultType]::ParameterName, 'Leave what is written where a later change fails, instead of taking it back')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;rollback' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--partial', '--partial', [CompletionResultType]::ParameterName, 'Take back what can be, also where somebody changed one of the values since')
            [CompletionResult]::new('--no-wait', '--no-wait', [CompletionResultType]::ParameterName, 'Do not wait until caches have forgotten what leads to a record before the record goes')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before writing')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before writing')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;wait' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait, in seconds')
            [CompletionResult]::new('--accept', '--accept', [CompletionResultType]::ParameterName, 'Take this rule''s *ask* fixes in; may be given again')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;init' {
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--selector', '--selector', [CompletionResultType]::ParameterName, 'A DKIM selector to look at beside the usual ones; may be given again')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the declaration rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'The file to write, which may not be there yet; `-` is standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'The file to write, which may not be there yet; `-` is standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;observe' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--no-dns', '--no-dns', [CompletionResultType]::ParameterName, 'Ask no DNS: compare with the declaration alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;spf' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('eval', 'eval', [CompletionResultType]::ParameterValue, 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Show the records behind a record as a tree, with what each term costs in look-ups')
            [CompletionResult]::new('coverage', 'coverage', [CompletionResultType]::ParameterValue, 'Show which addresses get which result, and the term that decides')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;spf;eval' {
            [CompletionResult]::new('--ip', '--ip', [CompletionResultType]::ParameterName, 'The address that the message comes from')
            [CompletionResult]::new('--helo', '--helo', [CompletionResultType]::ParameterName, 'What the sending host says in HELO or EHLO; it is checked itself where there is no reverse-path')
            [CompletionResult]::new('--mail-from', '--mail-from', [CompletionResultType]::ParameterName, 'The reverse-path (MAIL FROM): `user@example.com`, `example.com`, or `<>` for a bounce')
            [CompletionResult]::new('--receiver', '--receiver', [CompletionResultType]::ParameterName, 'The name of the host that checks, for explanations')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; then the result is temperror')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;spf;tree' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;spf;coverage' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--egress', '--egress', [CompletionResultType]::ParameterName, 'An address that mail leaves from, for a domain that is not declared; may be given again')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;spf;help' {
            [CompletionResult]::new('eval', 'eval', [CompletionResultType]::ParameterValue, 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Show the records behind a record as a tree, with what each term costs in look-ups')
            [CompletionResult]::new('coverage', 'coverage', [CompletionResultType]::ParameterValue, 'Show which addresses get which result, and the term that decides')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;spf;help;eval' {
            break
        }
        'mailvouch;spf;help;tree' {
            break
        }
        'mailvouch;spf;help;coverage' {
            break
        }
        'mailvouch;spf;help;help' {
            break
        }
        'mailvouch;dkim' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key pair: two files, the record to publish, and the lines for the declaration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;dkim;new' {
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'Which key')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The file for the private key; the public one comes beside it, as `….pub.pem` [default: `SELECTOR.DOMAIN.pem`, here]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;dkim;help' {
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key pair: two files, the record to publish, and the lines for the declaration')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;dkim;help;new' {
            break
        }
        'mailvouch;dkim;help;help' {
            break
        }
        'mailvouch;dmarc' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it')
            [CompletionResult]::new('reports', 'reports', [CompletionResultType]::ParameterValue, 'Ask whether a domain takes DMARC reports about another')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;dmarc;policy' {
            [CompletionResult]::new('--dkim-pass', '--dkim-pass', [CompletionResultType]::ParameterName, 'A domain whose DKIM signature was verified (`d=`); may be given again')
            [CompletionResult]::new('--spf-pass', '--spf-pass', [CompletionResultType]::ParameterName, 'A domain of MAIL FROM for which SPF passed; may be given again')
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; then the result is temperror')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;dmarc;reports' {
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the result rests on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; then the result is temperror')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;dmarc;help' {
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it')
            [CompletionResult]::new('reports', 'reports', [CompletionResultType]::ParameterValue, 'Ask whether a domain takes DMARC reports about another')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;dmarc;help;policy' {
            break
        }
        'mailvouch;dmarc;help;reports' {
            break
        }
        'mailvouch;dmarc;help;help' {
            break
        }
        'mailvouch;record' {
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'What it is meant as [default: what --owner or the text says]')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Where it will stand, for messages: example.com, _dmarc.example.com, s1._domainkey.example.com')
            [CompletionResult]::new('--select', '--select', [CompletionResultType]::ParameterName, 'Only these rules; may be given again')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Not these rules; may be given again')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail from this severity on')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 whatever is found')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;bounce' {
            [CompletionResult]::new('--resolver', '--resolver', [CompletionResultType]::ParameterName, 'A resolver to ask; may be given again [default: the system''s]')
            [CompletionResult]::new('--zone-file', '--zone-file', [CompletionResultType]::ParameterName, 'Take what is published from this master file, with no network; may be given again')
            [CompletionResult]::new('--answers', '--answers', [CompletionResultType]::ParameterName, 'Take what is published from this saved snapshot, with no network')
            [CompletionResult]::new('--dnsbl', '--dnsbl', [CompletionResultType]::ParameterName, 'Ask this DNS block list about the sending address; may be given again. Its operator learns what you ask')
            [CompletionResult]::new('--rdap-bootstrap', '--rdap-bootstrap', [CompletionResultType]::ParameterName, 'Which registry answers for what, as IANA lists it [default: a few large ones]')
            [CompletionResult]::new('--save-answers', '--save-answers', [CompletionResultType]::ParameterName, 'Save all answers that the checks rest on, as evidence and for `--answers`')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one query may take, in seconds')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'How long all queries together may take, in seconds; what is not answered by then is unknown')
            [CompletionResult]::new('--evidence', '--evidence', [CompletionResultType]::ParameterName, 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it')
            [CompletionResult]::new('--changed', '--changed', [CompletionResultType]::ParameterName, 'What was changed since, for the evidence; may be given again')
            [CompletionResult]::new('--dated', '--dated', [CompletionResultType]::ParameterName, 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print: `human` or `json`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print to this file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('--no-dns', '--no-dns', [CompletionResultType]::ParameterName, 'Look nothing up: say only what the bounce itself tells')
            [CompletionResult]::new('--rdap', '--rdap', [CompletionResultType]::ParameterName, 'Ask the registry how old the sender''s domain is (RDAP). It learns what you ask')
            [CompletionResult]::new('--show-recipients', '--show-recipients', [CompletionResultType]::ParameterName, 'Leave the addresses of recipients in the evidence')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;rules' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print them')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;demo' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour what is printed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mailvouch;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Lint what is published, against the declaration where there is one')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what is published against what is desired, term by term')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Show the changes that would make it right, and the guards that they trip')
            [CompletionResult]::new('preflight', 'preflight', [CompletionResultType]::ParameterValue, 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Carry a plan out, verify it, and take it back if it fails')
            [CompletionResult]::new('rollback', 'rollback', [CompletionResultType]::ParameterValue, 'Take back what an apply wrote: its own values only; what others added since stays')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a declaration from what is published, with what a person has to decide')
            [CompletionResult]::new('observe', 'observe', [CompletionResultType]::ParameterValue, 'Read a delivered message: which address mail really leaves from, against the declaration')
            [CompletionResult]::new('spf', 'spf', [CompletionResultType]::ParameterValue, 'Look at one domain''s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass')
            [CompletionResult]::new('dkim', 'dkim', [CompletionResultType]::ParameterValue, 'Make keys for DKIM')
            [CompletionResult]::new('dmarc', 'dmarc', [CompletionResultType]::ParameterValue, 'Look at one domain''s DMARC: the policy that receivers find, and who takes its reports')
            [CompletionResult]::new('record', 'record', [CompletionResultType]::ParameterValue, 'Lint the text of a record before it is published, with no network')
            [CompletionResult]::new('bounce', 'bounce', [CompletionResultType]::ParameterValue, 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say what a rule means, or a code of a bounce, and what to do about it')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'List all rules')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Run the whole loop on an example zone, with no network')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print what a shell needs to complete the command line')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, for `man`')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mailvouch;help;check' {
            break
        }
        'mailvouch;help;diff' {
            break
        }
        'mailvouch;help;plan' {
            break
        }
        'mailvouch;help;preflight' {
            break
        }
        'mailvouch;help;apply' {
            break
        }
        'mailvouch;help;rollback' {
            break
        }
        'mailvouch;help;wait' {
            break
        }
        'mailvouch;help;init' {
            break
        }
        'mailvouch;help;observe' {
            break
        }
        'mailvouch;help;spf' {
            [CompletionResult]::new('eval', 'eval', [CompletionResultType]::ParameterValue, 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Show the records behind a record as a tree, with what each term costs in look-ups')
            [CompletionResult]::new('coverage', 'coverage', [CompletionResultType]::ParameterValue, 'Show which addresses get which result, and the term that decides')
            break
        }
        'mailvouch;help;spf;eval' {
            break
        }
        'mailvouch;help;spf;tree' {
            break
        }
        'mailvouch;help;spf;coverage' {
            break
        }
        'mailvouch;help;dkim' {
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key pair: two files, the record to publish, and the lines for the declaration')
            break
        }
        'mailvouch;help;dkim;new' {
            break
        }
        'mailvouch;help;dmarc' {
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it')
            [CompletionResult]::new('reports', 'reports', [CompletionResultType]::ParameterValue, 'Ask whether a domain takes DMARC reports about another')
            break
        }
        'mailvouch;help;dmarc;policy' {
            break
        }
        'mailvouch;help;dmarc;reports' {
            break
        }
        'mailvouch;help;record' {
            break
        }
        'mailvouch;help;bounce' {
            break
        }
        'mailvouch;help;explain' {
            break
        }
        'mailvouch;help;rules' {
            break
        }
        'mailvouch;help;demo' {
            break
        }
        'mailvouch;help;completions' {
            break
        }
        'mailvouch;help;man' {
            break
        }
        'mailvouch;help;schema' {
            break
        }
        'mailvouch;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
