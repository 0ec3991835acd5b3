#include "option_table.h"

#define ALL COMMAND_ALL
#define CHOICE (COMMAND_RUN | COMMAND_LIST)
#define AT(member) offsetof(struct options, member)

const struct command_about command_table[] = {
    {"run", COMMAND_RUN, "[GLOB...]",
     "run the cases against the libssl that is linked, and judge them"},
    {"list", COMMAND_LIST, "[GLOB...]", "list cases, statements, names"},
    {"show", COMMAND_SHOW, "CASE...", "show a case and its last result"},
    {"bench", COMMAND_BENCH, "", "measure what a case costs"},
    {"explore", COMMAND_EXPLORE, "",
     "hold every scenario of a space against the model of the manual"},
    {0},
};

const struct option_about option_table[] = {
    {"case", 'c', "GLOB", "only cases whose id matches (repeatable)", CHOICE,
     KIND_LIST, AT(cases)},
    {"statement", 's', "ID", "only cases that check statement ID (repeatable)",
     CHOICE, KIND_LIST, AT(statements)},
    {"protocol", 'p', "NAME", "only this protocol, e.g. TLSv1.3 (repeatable)",
     CHOICE, KIND_LIST, AT(protocols)},
    {"shard", 0, "I/N", "only the I-th of N parts of the runs", COMMAND_RUN,
     KIND_SHARD, AT(shard_index)},
    {"jobs", 'j', "N", "runs side by side (default: the number of cores)",
     COMMAND_RUN | COMMAND_EXPLORE, KIND_POSITIVE, AT(jobs)},
    {"time-limit", 't', "SECONDS", "kill a run after this time (default: 10)",
     COMMAND_RUN | COMMAND_EXPLORE, KIND_SECONDS, AT(time_limit)},
    {"min", 0, "N", "exit 4 when fewer than N runs were performed", COMMAND_RUN,
     KIND_COUNT, AT(min)},
    {"strict", 0, NULL, "known deviations fail too", COMMAND_RUN, KIND_FLAG,
     AT(strict)},
    {"slowest", 0, "N", "print the N slowest runs", COMMAND_RUN, KIND_COUNT,
     AT(slowest)},
    {"cold", 0, NULL, "let no handshake happen but in the cases' own processes",
     COMMAND_RUN, KIND_FLAG, AT(cold)},
    {"repeat", 0, "N", NULL, COMMAND_RUN, KIND_POSITIVE, AT(repeat)},
    {"out", 'o', "DIR", "folder of the results (default: certspec-out)", ALL,
     KIND_TEXT, AT(out)},
    {"statements", 0, NULL, "list the statements of the manual", COMMAND_LIST,
     KIND_FLAG, AT(list_statements)},
    {"steps", 0, NULL, "list the steps that a case can take", COMMAND_LIST,
     KIND_FLAG, AT(list_steps)},
    {"expectations", 0, NULL, "list the names that can be expected",
     COMMAND_LIST, KIND_FLAG, AT(list_expectations)},
    {"features", 0, NULL, "list the features of the subject", COMMAND_LIST,
     KIND_FLAG, AT(list_features)},
    {"ctest", 0, NULL, "print a CTest script with a test for each case",
     COMMAND_LIST, KIND_FLAG, AT(list_ctest)},
    {"json", 0, NULL, "print JSON instead of tables", ALL, KIND_FLAG, AT(json)},
    {"no-page", 0, NULL, "make no index.html of the results", COMMAND_RUN,
     KIND_FLAG, AT(no_page)},
    {"depth", 'd', "N", "operations of a scenario, at most (default: 2)",
     COMMAND_EXPLORE, KIND_COUNT, AT(depth)},
    {"seed", 0, "N", "which scenarios are left by --limit (default: 0)",
     COMMAND_EXPLORE, KIND_COUNT, AT(seed)},
    {"limit", 0, "N", "only N of the scenarios", COMMAND_EXPLORE, KIND_COUNT,
     AT(limit)},
    {"only", 0, "CODE", "only the scenario CODE, without a walk (repeatable)",
     COMMAND_EXPLORE, KIND_LIST, AT(only)},
    {"quick", 0, NULL, "a tenth of the runs: rough figures", COMMAND_BENCH,
     KIND_FLAG, AT(quick)},
    {"quiet", 'q', NULL, "print only what is not green",
     COMMAND_RUN | COMMAND_EXPLORE, KIND_FLAG, AT(quiet)},
    {"color", 0, "WHEN", "auto, always or never (NO_COLOR is honoured)", ALL,
     KIND_COLOR, AT(color)},
    {"vectors", 0, "DIR", "folder of the statements and cases", ALL, KIND_TEXT,
     AT(vectors)},
    {"servers", 0, "DIR", "folder of the scripted servers", ALL, KIND_TEXT,
     AT(servers)},
    {"python", 0, "FILE", "Python interpreter of the servers", ALL, KIND_TEXT,
     AT(python)},
    {"help", 'h', NULL, "print this help", ALL, KIND_FLAG, AT(help)},
    {"version", 'V', NULL, "print the version", ALL, KIND_FLAG, AT(version)},
    {0},
};

_Static_assert(sizeof(option_table) / sizeof(option_table[0]) <=
                   OPTION_TABLE_MAX + 1,
               "the parser has room for each option");

const struct report_about report_table[] = {
    {"page", "RESULTS...", "make the page of a results.json, or of several"},
    {"diff", "A B", "tell what changed between two results"},
    {"badge", "RESULTS", "make the JSON of a shields.io endpoint badge"},
    {"summary", "RESULTS...", "make Markdown for a GitHub step summary"},
    {"baseline", "RESULTS", "leave out what changes by itself"},
    {"schema", "RESULTS...", "check results against their schema"},
    {0},
};

const struct exit_about exit_table[] = {
    {"0", "all green"},
    {"1", "a deviation, an unexpected pass, a change, a crash or a time-out"},
    {"2", "bad input or options"},
    {"3", "our own fault"},
    {"4", "fewer runs than --min"},
    {"5", "results could not be written"},
    {"89", "all that was asked for is unsupported"},
    {"128+n", "ended by signal n"},
    {0},
};
