"""mailvouch over a list of domains, on Spark: each partition is one run of the program.

    spark-submit spark.py domains --partitions 200 --resolver 10.0.0.53 --out s3a://bucket/fleet

The list has a domain a line, perhaps with its selectors: `example.com s1,s2`. What is printed is how many domains have
which verdict, and how many have a finding of which rule; `--out` keeps verdict and findings of each, as Parquet.
"""

import argparse
import json
import subprocess
import tempfile
import threading

from pyspark.sql import SparkSession
from pyspark.sql import functions as of

# Of each line what is counted. `docs/formats/check.md` has all that there is.
SCHEMA = """
    domain STRING, verdict STRING,
    diagnostics ARRAY<STRUCT<rule: STRING, severity: STRING, message: STRING>>
"""
# Anything else is a mistake of ours or of the command line, and no result. 3: some domains could not be told.
EXPECTED = (0, 3)


def checker(command):
    """A function that checks the domains of one partition, line for line as they come."""

    def check(lines):
        lines = iter(lines)
        first = next(lines, None)
        if first is None:
            return
        # A file takes whatever is said there; a pipe would fill up, and both would wait.
        with tempfile.TemporaryFile() as told:
            streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": told}
            with subprocess.Popen(command, text=True, encoding="utf-8", **streams) as process:
                # Written beside the reading, so that neither waits for the other.
                writer = threading.Thread(target=write, args=(process.stdin, first, lines))
                writer.start()
                yield from process.stdout
                writer.join()
            if process.returncode not in EXPECTED:
                told.seek(0)
                raise RuntimeError(f"mailvouch ends with {process.returncode}: {told.read().decode(errors='replace')}")

    return check


def write(stream, first, lines):
    try:
        with stream:
            stream.write(first + "\n")
            stream.writelines(line + "\n" for line in lines)
    except BrokenPipeError:
        pass  # It ended early. How is seen by whoever reads.


def domains(line):
    """Whether a line of the list names a domain: a partition of comments alone would be a list without any."""
    return bool(line.split("#")[0].strip())


def arguments():
    parser = argparse.ArgumentParser(description="mailvouch over a list of domains, on Spark")
    parser.add_argument("list", help="the domains, one a line, in anything that Spark reads")
    parser.add_argument("--mailvouch", default="mailvouch", help="the program, on every executor")
    parser.add_argument("--partitions", type=int, default=8, help="runs of the program; as many at once as there are cores")
    parser.add_argument("--resolver", action="append", default=[], help="whom to ask; may be given again")
    parser.add_argument("--out", help="where verdict and findings of each domain go, as Parquet")
    return parser.parse_args()


def main():
    options = arguments()
    command = [options.mailvouch, "check", "--domains-from", "-", "--format", "ndjson", "--exit-zero"]
    for resolver in options.resolver:
        command += ["--resolver", resolver]
    spark = SparkSession.builder.appName("mailvouch").getOrCreate()
    lines = spark.sparkContext.textFile(options.list).filter(domains).repartition(options.partitions)
    checked = spark.read.schema(SCHEMA).json(lines.mapPartitions(checker(command))).cache()
    if options.out:
        checked.write.mode("overwrite").parquet(options.out)
    verdicts = checked.groupBy("verdict").count().collect()
    found = checked.select("domain", of.explode("diagnostics").alias("found"))
    rules = found.groupBy("found.rule", "found.severity").agg(
        of.count_distinct("domain").alias("domains"), of.count("*").alias("findings")
    )
    counts = {
        "verdicts": {row["verdict"]: row["count"] for row in sorted(verdicts)},
        "rules": [row.asDict() for row in rules.orderBy(of.desc("domains"), "rule", "severity").collect()],
    }
    print(json.dumps(counts, indent=2))
    spark.stop()


if __name__ == "__main__":
    main()
