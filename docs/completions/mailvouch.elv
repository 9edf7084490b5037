
use builtin;
use str;

set edit:completion:arg-completer[mailvouch] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'mailvouch'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'mailvouch'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand check 'Lint what is published, against the declaration where there is one'
            cand diff 'Show what is published against what is desired, term by term'
            cand plan 'Show the changes that would make it right, and the guards that they trip'
            cand preflight 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when'
            cand apply 'Carry a plan out, verify it, and take it back if it fails'
            cand rollback 'Take back what an apply wrote: its own values only; what others added since stays'
            cand wait 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old'
            cand init 'Write a declaration from what is published, with what a person has to decide'
            cand observe 'Read a delivered message: which address mail really leaves from, against the declaration'
            cand spf 'Look at one domain''s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass'
            cand dkim 'Make keys for DKIM'
            cand dmarc 'Look at one domain''s DMARC: the policy that receivers find, and who takes its reports'
            cand record 'Lint the text of a record before it is published, with no network'
            cand bounce 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe'
            cand explain 'Say what a rule means, or a code of a bounce, and what to do about it'
            cand rules 'List all rules'
            cand demo 'Run the whole loop on an example zone, with no network'
            cand completions 'Print what a shell needs to complete the command line'
            cand man 'Print the manual page, for `man`'
            cand schema 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;check'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --domains-from 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input'
            cand --shard 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine'
            cand --resume-from 'Begin with this line of the list: a run that was stopped says which'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --selector 'A DKIM selector to look at; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain'
            cand --concurrency 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]'
            cand --transport 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`'
            cand --as-of 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now'
            cand --select 'Only these rules; may be given again'
            cand --ignore 'Not these rules; may be given again'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --format 'How to print'
            cand --fail-on 'Fail from this severity on'
            cand --unknown-to 'Write the domains of which something could not be told to this file, as a list for `--domains-from`'
            cand --baseline 'Findings that this file lists do not count, until the day that it gives'
            cand --evidence 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it'
            cand --changed 'What was changed since, for the evidence; may be given again'
            cand --dated 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time'
            cand --write-baseline 'Write what is found to this file as a baseline; entries that still hold keep their reason and date'
            cand --color 'When to colour what is printed'
            cand --thorough 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
            cand --exit-zero 'Exit with 0 whatever is found'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;diff'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --domains-from 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input'
            cand --shard 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine'
            cand --resume-from 'Begin with this line of the list: a run that was stopped says which'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --selector 'A DKIM selector to look at; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain'
            cand --concurrency 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]'
            cand --transport 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`'
            cand --as-of 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now'
            cand --select 'Only these rules; may be given again'
            cand --ignore 'Not these rules; may be given again'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --format 'How to print'
            cand --accept 'Take this rule''s *ask* fixes in; may be given again'
            cand --color 'When to colour what is printed'
            cand --thorough 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;plan'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --domains-from 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input'
            cand --shard 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine'
            cand --resume-from 'Begin with this line of the list: a run that was stopped says which'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --selector 'A DKIM selector to look at; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain'
            cand --concurrency 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]'
            cand --transport 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`'
            cand --as-of 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now'
            cand --select 'Only these rules; may be given again'
            cand --ignore 'Not these rules; may be given again'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --format 'How to print'
            cand --accept 'Take this rule''s *ask* fixes in; may be given again'
            cand --out 'Save the plan for `mailvouch apply FILE`'
            cand --before 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential, and makes a plan to read, which `apply` refuses'
            cand --color 'When to colour what is printed'
            cand --thorough 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;preflight'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --domains-from 'Domains from a file, one a line, each perhaps with its selectors: `example.com s1,s2`; `-` is standard input'
            cand --shard 'Look at one part of the list only, of so many: `2/8`. A domain is in the same part on every machine'
            cand --resume-from 'Begin with this line of the list: a run that was stopped says which'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --selector 'A DKIM selector to look at; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown. For a list with `--format ndjson`: those of one domain'
            cand --concurrency 'How many domains to look at at once [default: 32; 1024 for a list with `--format ndjson`]'
            cand --transport 'What questions go out on: a socket for each, or a few that all share, which is several times as fast. `auto` takes the latter for a list with `--format ndjson`'
            cand --as-of 'Hold the dates of the declaration against this day (its beginning, in UTC) or instant, and not against now'
            cand --select 'Only these rules; may be given again'
            cand --ignore 'Not these rules; may be given again'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --add 'Addresses that mail is going to leave from; may be given again. For the domains that are named; else for those whose declared addresses `--remove` names; else for all that are declared with addresses'
            cand --remove 'Addresses that mail will no longer leave from; may be given again'
            cand --host 'A host that gets other addresses: an MX, or a name that `a:` names; may be given again. Of a family that is not given the addresses stay'
            cand --helo 'A name that the new hosts give in HELO; may be given again [default: that of the group whose addresses leave]'
            cand --dnsbl 'Ask this DNS block list about each new address; may be given again. Its operator learns what you ask'
            cand --at 'When it happens: a day (its beginning, in UTC) or an instant [default: in 7 days, at midnight]. Without `--add` and `--remove` the dates are those of the declaration, and this is when hosts move'
            cand --before 'What to take for the state before: what the provider holds, or what DNS serves. The latter needs no credential'
            cand --format 'How to print'
            cand --color 'When to colour what is printed'
            cand --thorough 'Look also at reverse names of samples of declared ranges, at report domains, and at the SPF type'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;apply'= {
            cand --domain 'The domains to plan for; all that are declared if none is given'
            cand --accept 'Take this rule''s *ask* fixes in; may be given again'
            cand --allow 'Allow what trips this guard; may be given again'
            cand --as-of 'Carry out what is due on this day (its beginning, in UTC) or at this instant, although it is not that time now. A plan that was made with `--as-of` for a time to come is refused without it'
            cand --journal 'Where to write down what is done [default: `.mailvouch/` beside the declaration]'
            cand --resume 'Go on with an apply that was cut off, from its journal'
            cand --wait 'How long servers may take until they serve what was written, in seconds [default: 30 at the end, 600 between steps of which one needs the other]'
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --color 'When to colour what is printed'
            cand -y 'Do not ask before writing'
            cand --yes 'Do not ask before writing'
            cand --no-rollback 'Leave what is written where a later change fails, instead of taking it back'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;rollback'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --color 'When to colour what is printed'
            cand --partial 'Take back what can be, also where somebody changed one of the values since'
            cand --no-wait 'Do not wait until caches have forgotten what leads to a record before the record goes'
            cand -y 'Do not ask before writing'
            cand --yes 'Do not ask before writing'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;wait'= {
            cand --wait 'How long to wait, in seconds'
            cand --accept 'Take this rule''s *ask* fixes in; may be given again'
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;init'= {
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --selector 'A DKIM selector to look at beside the usual ones; may be given again'
            cand --save-answers 'Save all answers that the declaration rests on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand -o 'The file to write, which may not be there yet; `-` is standard output'
            cand --output 'The file to write, which may not be there yet; `-` is standard output'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;observe'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand --no-dns 'Ask no DNS: compare with the declaration alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;spf'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand eval 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
            cand tree 'Show the records behind a record as a tree, with what each term costs in look-ups'
            cand coverage 'Show which addresses get which result, and the term that decides'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;spf;eval'= {
            cand --ip 'The address that the message comes from'
            cand --helo 'What the sending host says in HELO or EHLO; it is checked itself where there is no reverse-path'
            cand --mail-from 'The reverse-path (MAIL FROM): `user@example.com`, `example.com`, or `<>` for a bounce'
            cand --receiver 'The name of the host that checks, for explanations'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; then the result is temperror'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;spf;tree'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;spf;coverage'= {
            cand -c 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration [default: `mailvouch.toml`, here or in a folder above]'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --egress 'An address that mail leaves from, for a domain that is not declared; may be given again'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;spf;help'= {
            cand eval 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
            cand tree 'Show the records behind a record as a tree, with what each term costs in look-ups'
            cand coverage 'Show which addresses get which result, and the term that decides'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;spf;help;eval'= {
        }
        &'mailvouch;spf;help;tree'= {
        }
        &'mailvouch;spf;help;coverage'= {
        }
        &'mailvouch;spf;help;help'= {
        }
        &'mailvouch;dkim'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand new 'Make a key pair: two files, the record to publish, and the lines for the declaration'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;dkim;new'= {
            cand --type 'Which key'
            cand --key 'The file for the private key; the public one comes beside it, as `….pub.pem` [default: `SELECTOR.DOMAIN.pem`, here]'
            cand -c 'The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above]'
            cand --config 'The declaration that is to name the key [default: `mailvouch.toml`, here or in a folder above]'
            cand --format 'How to print: `human` or `json`'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;dkim;help'= {
            cand new 'Make a key pair: two files, the record to publish, and the lines for the declaration'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;dkim;help;new'= {
        }
        &'mailvouch;dkim;help;help'= {
        }
        &'mailvouch;dmarc'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand policy 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
            cand reports 'Ask whether a domain takes DMARC reports about another'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;dmarc;policy'= {
            cand --dkim-pass 'A domain whose DKIM signature was verified (`d=`); may be given again'
            cand --spf-pass 'A domain of MAIL FROM for which SPF passed; may be given again'
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; then the result is temperror'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;dmarc;reports'= {
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --save-answers 'Save all answers that the result rests on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; then the result is temperror'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;dmarc;help'= {
            cand policy 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
            cand reports 'Ask whether a domain takes DMARC reports about another'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;dmarc;help;policy'= {
        }
        &'mailvouch;dmarc;help;reports'= {
        }
        &'mailvouch;dmarc;help;help'= {
        }
        &'mailvouch;record'= {
            cand --type 'What it is meant as [default: what --owner or the text says]'
            cand --owner 'Where it will stand, for messages: example.com, _dmarc.example.com, s1._domainkey.example.com'
            cand --select 'Only these rules; may be given again'
            cand --ignore 'Not these rules; may be given again'
            cand --fail-on 'Fail from this severity on'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand --exit-zero 'Exit with 0 whatever is found'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;bounce'= {
            cand --resolver 'A resolver to ask; may be given again [default: the system''s]'
            cand --zone-file 'Take what is published from this master file, with no network; may be given again'
            cand --answers 'Take what is published from this saved snapshot, with no network'
            cand --dnsbl 'Ask this DNS block list about the sending address; may be given again. Its operator learns what you ask'
            cand --rdap-bootstrap 'Which registry answers for what, as IANA lists it [default: a few large ones]'
            cand --save-answers 'Save all answers that the checks rest on, as evidence and for `--answers`'
            cand --timeout 'How long one query may take, in seconds'
            cand --deadline 'How long all queries together may take, in seconds; what is not answered by then is unknown'
            cand --evidence 'Write what a support case or a delisting form wants to this new folder, and to a zip beside it'
            cand --changed 'What was changed since, for the evidence; may be given again'
            cand --dated 'Date the evidence so [default: now]: with `--answers`, the same folder to the octet each time'
            cand --format 'How to print: `human` or `json`'
            cand -o 'Print to this file'
            cand --output 'Print to this file'
            cand --color 'When to colour what is printed'
            cand --no-dns 'Look nothing up: say only what the bounce itself tells'
            cand --rdap 'Ask the registry how old the sender''s domain is (RDAP). It learns what you ask'
            cand --show-recipients 'Leave the addresses of recipients in the evidence'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;explain'= {
            cand --format 'How to print it'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;rules'= {
            cand --format 'How to print them'
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;demo'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;completions'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;man'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;schema'= {
            cand --color 'When to colour what is printed'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mailvouch;help'= {
            cand check 'Lint what is published, against the declaration where there is one'
            cand diff 'Show what is published against what is desired, term by term'
            cand plan 'Show the changes that would make it right, and the guards that they trip'
            cand preflight 'Before addresses move: would mail pass from the new ones, now and on the day, and what is to be done by when'
            cand apply 'Carry a plan out, verify it, and take it back if it fails'
            cand rollback 'Take back what an apply wrote: its own values only; what others added since stays'
            cand wait 'Wait until every authoritative server serves what is declared, and say how long caches may hold the old'
            cand init 'Write a declaration from what is published, with what a person has to decide'
            cand observe 'Read a delivered message: which address mail really leaves from, against the declaration'
            cand spf 'Look at one domain''s SPF: one message evaluated, the tree and what it costs, the addresses that it lets pass'
            cand dkim 'Make keys for DKIM'
            cand dmarc 'Look at one domain''s DMARC: the policy that receivers find, and who takes its reports'
            cand record 'Lint the text of a record before it is published, with no network'
            cand bounce 'Read a bounce: what it means, whose doing it is, what helps, and what not to believe'
            cand explain 'Say what a rule means, or a code of a bounce, and what to do about it'
            cand rules 'List all rules'
            cand demo 'Run the whole loop on an example zone, with no network'
            cand completions 'Print what a shell needs to complete the command line'
            cand man 'Print the manual page, for `man`'
            cand schema 'Print the JSON Schema of the declaration, or of what a command writes with `--format json`'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mailvouch;help;check'= {
        }
        &'mailvouch;help;diff'= {
        }
        &'mailvouch;help;plan'= {
        }
        &'mailvouch;help;preflight'= {
        }
        &'mailvouch;help;apply'= {
        }
        &'mailvouch;help;rollback'= {
        }
        &'mailvouch;help;wait'= {
        }
        &'mailvouch;help;init'= {
        }
        &'mailvouch;help;observe'= {
        }
        &'mailvouch;help;spf'= {
            cand eval 'Evaluate SPF for one message, as a receiver does (RFC 7208), and show every step'
            cand tree 'Show the records behind a record as a tree, with what each term costs in look-ups'
            cand coverage 'Show which addresses get which result, and the term that decides'
        }
        &'mailvouch;help;spf;eval'= {
        }
        &'mailvouch;help;spf;tree'= {
        }
        &'mailvouch;help;spf;coverage'= {
        }
        &'mailvouch;help;dkim'= {
            cand new 'Make a key pair: two files, the record to publish, and the lines for the declaration'
        }
        &'mailvouch;help;dkim;new'= {
        }
        &'mailvouch;help;dmarc'= {
            cand policy 'Find the policy for a domain as receivers do (RFC 9989), and judge a message by it'
            cand reports 'Ask whether a domain takes DMARC reports about another'
        }
        &'mailvouch;help;dmarc;policy'= {
        }
        &'mailvouch;help;dmarc;reports'= {
        }
        &'mailvouch;help;record'= {
        }
        &'mailvouch;help;bounce'= {
        }
        &'mailvouch;help;explain'= {
        }
        &'mailvouch;help;rules'= {
        }
        &'mailvouch;help;demo'= {
        }
        &'mailvouch;help;completions'= {
        }
        &'mailvouch;help;man'= {
        }
        &'mailvouch;help;schema'= {
        }
        &'mailvouch;help;help'= {
        }
    ]
    $completions[$command]
}
