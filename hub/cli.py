"""The console command `stillpoint`: reads what was asked, and says what came of it.

Exit codes: 0 done; 1 done, and something is not as it should be (said on stdout); 2 could not be
done (said on stderr: what happened, what was kept, what to do). Whoever reads stdout may stop
reading (`| head`): then nothing is said, and the code is the one a shell gives to that, 141.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.errors import HubError, in_words
from hub.settings import Settings, load

OK, NOT_RIGHT, FAILED = 0, 1, 2
NOT_READ = 128 + 13  # SIGPIPE
DATA = "folder of the sessions (default: the data_dir setting)"


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = _parser().parse_args(argv)
    try:
        code = args.run(args)
        sys.stdout.flush()  # here, where it can be seen that nobody reads on
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_READ
    except (HubError, OSError) as error:
        print(f"stillpoint: {_sentence(error)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED


def _sentence(error: HubError | OSError) -> str:
    """An error as a person reads it; the system's own names a file and what is wrong with it."""
    if isinstance(error, HubError) or error.strerror is None:
        return str(error)
    return (
        f"{in_words(error)}. Nothing that was recorded has changed. "
        "Correct this, or name another folder."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stillpoint",
        description="Measures arousal through the phases of a Balint group.",
        epilog="Begin with `stillpoint demo`: it simulates a whole circle on this machine.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    return parser


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, more: str = ""
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=text, description=text, epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_demo(commands: Any) -> None:
    from hub.simulate.options import add_arguments

    parser = _command(
        commands, "demo", _demo,
        "Runs a whole circle on this machine: simulated people, real firmware, broker and hub.",
    )
    add_arguments(parser)


def _demo(args: argparse.Namespace) -> int:
    from hub.simulate.demo import run_demo

    return run_demo(args)


def _add_up(commands: Any) -> None:
    parser = _command(
        commands, "up", _up,
        "Starts the hub: it receives from the kits, records sessions and serves the pages.",
        "Settings come from stillpoint.toml and STILLPOINT_*; options given here override them.",
    )
    parser.add_argument("--data", type=Path, help="folder of the sessions")
    parser.add_argument("--site", help="the site's name in the MQTT topics")
    parser.add_argument("--broker", metavar="HOST:PORT", type=_host_and_port, default=(None, None),
                        help="the MQTT broker")
    parser.add_argument("--host", help="address of the pages (default: loopback)")
    parser.add_argument("--web-port", type=int, help="port of the pages; 0: any free port")
    parser.add_argument("--setup", action="store_true", help="run `stillpoint setup` first")


def _up(args: argparse.Namespace) -> int:
    from hub.service.up import up

    host, port = args.broker
    settings = _settings(
        data_dir=args.data, site=args.site, web_host=args.host, web_port=args.web_port,
        broker_host=host, broker_port=port,
    )
    return up(_set_up(settings, None) if args.setup else settings)


def _set_up(settings: Settings, given: Path | None) -> Settings:
    from hub.setup.command import folder_of, said, set_up, with_secrets

    folder = folder_of(settings, given)
    print(said(set_up(settings, folder), folder), flush=True)
    return with_secrets(settings, folder)


def _add_setup(commands: Any) -> None:
    parser = _command(
        commands, "setup", _setup,
        "Creates the secret files, and InfluxDB's buckets and tokens. It is safe to run again.",
        "InfluxDB is set up if influx_url is configured. A secret whose file was deleted is\n"
        "created again. docs/deploy.md has the details, and what to do when a kit is lost.",
    )
    parser.add_argument("--data", type=Path, help=DATA)
    parser.add_argument("--secrets", type=Path,
                        help="folder of the secrets (default: DATA/secrets)")


def _setup(args: argparse.Namespace) -> int:
    _set_up(_settings(data_dir=args.data), args.secrets)
    return OK


def _host_and_port(text: str) -> tuple[str, str]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, as in 127.0.0.1:1883")
    return host, port


def _settings(**given: Any) -> Settings:
    return load(**{name: value for name, value in given.items() if value is not None})


def _add_sessions(commands: Any) -> None:
    parser = _command(commands, "sessions", _sessions, "Lists the sessions on this hub.")
    _data_and_json(parser)


def _data_and_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, help=DATA)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _sessions(args: argparse.Namespace) -> int:
    from hub.disk.sessions import incomplete, list_sessions, unreadable
    from hub.report_text import sessions_text

    folder = _data_folder(args).absolute()
    found, damaged = list_sessions(folder), [*unreadable(folder), *incomplete(folder)]
    rows = [{**info.to_dict(), "influx_still_has": _left_there(info.folder, damaged)}
            for info in found]
    print(json.dumps(rows, indent=2) if args.json else sessions_text(rows, damaged, str(folder)))
    if args.json and damaged:
        print("\n".join(f"Not readable: {why}" for why in damaged), file=sys.stderr)
    return NOT_RIGHT if damaged or any(row["influx_still_has"] for row in rows) else OK


def _left_there(folder: Path, damaged: list[str]) -> list[int]:
    """The erased seats that InfluxDB still has; where that cannot be known, `damaged` says so."""
    from hub.disk.erased import NoteUnreadable
    from hub.store.position import still_there

    try:
        return sorted(still_there(folder))
    except NoteUnreadable as error:
        damaged.append(str(error))
        return []


def _data_folder(args: argparse.Namespace) -> Path:
    """The folder of the sessions. FileNotFoundError where one was named that is not there."""
    folder = _settings(data_dir=args.data).data_dir
    if args.data is not None and not folder.is_dir():
        raise FileNotFoundError(
            f"There is no folder {folder}. Nothing was created. Give --data the folder that you "
            "gave to `stillpoint demo` or `stillpoint up`."
        )
    return folder


def _on_session(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, more: str = ""
) -> argparse.ArgumentParser:
    parser = _command(commands, name, run, text, more)
    parser.add_argument("session", metavar="SESSION",
                        help="the session's id, the beginning of its id, or its folder")
    _data_and_json(parser)
    return parser


def _folder(args: argparse.Namespace) -> Path:
    """The session's folder, as it was named."""
    from hub.disk.sessions import folder_of

    return folder_of(_settings(data_dir=args.data).data_dir, args.session)


def _add_verify(commands: Any) -> None:
    _on_session(
        commands, "verify", _verify,
        "Prints the clock certificate and the loss ledger of a session (docs/sessions.md).",
        "Exit 0: nothing is lost or missing, and every clock has settled; 1: something is\n"
        "wrong, and is named.",
    )


def _verify(args: argparse.Namespace) -> int:
    from hub.analysis.session import analyse
    from hub.analysis.verify import verify
    from hub.report_text import verify_text

    said = verify(analyse(_folder(args)))
    print(json.dumps(said, indent=2) if args.json else verify_text(said))
    return OK if said["ok"] else NOT_RIGHT


def _add_replay(commands: Any) -> None:
    _on_session(
        commands, "replay", _replay,
        "Recomputes a session from its journal and compares it with what was seen live.",
        "Exit 0: the same, minute by minute; 1: it differs, or nothing was written live.\n"
        "A correction made after the session was sealed is reported, but is not a difference.",
    ).add_argument("--influx", action="store_true",
                   help="instead, rewrite the session in InfluxDB with its present corrections: "
                        "the same figures as in an export (docs/influx.md)")


def _replay(args: argparse.Namespace) -> int:
    if args.influx:
        return _rebuild(args)
    from hub.analysis.replay import replay
    from hub.report_text import replay_text

    said = replay(_folder(args)).to_dict()
    print(json.dumps(said, indent=2) if args.json else replay_text(said))
    return OK if said["same"] else NOT_RIGHT


def _rebuild(args: argparse.Namespace) -> int:
    from hub.report_text import rebuilt_text
    from hub.store.rebuild import rebuild

    said = rebuild(_folder(args), _settings(data_dir=args.data)).to_dict()
    print(json.dumps(said, indent=2) if args.json else rebuilt_text(said))
    return OK


def _add_erase(commands: Any) -> None:
    _on_session(
        commands, "erase", _erase,
        "Removes a seat from a sealed session for good: from exports, studies, pages, InfluxDB.",
        "If InfluxDB is configured, the session is rewritten there and the result is checked.\n"
        "Exit 0: nothing of the seat is left there; 1: something is, and is named. No later\n"
        "replay, refill or export brings the seat back. The journal keeps what the kit sent;\n"
        "the command says what to do about that.",
    ).add_argument("--seat", type=int, required=True, help="the seat's number")


def _erase(args: argparse.Namespace) -> int:
    from hub.report_text import erased_text
    from hub.store.erase import erase

    said = erase(_folder(args), args.seat, _settings(data_dir=args.data)).to_dict()
    print(json.dumps(said, indent=2) if args.json else erased_text(said))
    return OK if said["ok"] else NOT_RIGHT


def _add_export(commands: Any) -> None:
    parser = _on_session(
        commands, "export", _export,
        "Writes a session as open files: samples, features, phases, codebook, certificate.",
        "Existing files are never overwritten. docs/export.md says how to read the files.",
    )
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet",
                        help="format of the tables (default: parquet)")
    parser.add_argument("--out", type=Path,
                        help="folder to write to (default: SESSION/export-FORMAT)")


def _export(args: argparse.Namespace) -> int:
    from hub.analysis.session import analyse
    from hub.export.write import export
    from hub.report_text import export_text, unsealed_text

    folder = _folder(args)
    out = args.out or folder / f"export-{args.format}"
    analysis = analyse(folder)
    paths = [str(path) for path in export(analysis, out, args.format)]
    print(json.dumps({"files": paths}, indent=2) if args.json else export_text(paths))
    if "sealed_ns" not in analysis.meta:
        print(unsealed_text(analysis.course.closed_ns is not None), file=sys.stderr)
    return OK


def _add_power(commands: Any) -> None:
    from hub.simulate.study.power import add_arguments, run_power

    parser = _command(
        commands, "power", run_power,
        "Simulates studies to find how many sessions are needed to see an effect.",
        "docs/studies.md says what is assumed and what each contrast compares.",
    )
    add_arguments(parser)


def _add_study(commands: Any) -> None:
    from hub.study.command import add_arguments

    parser = _command(
        commands, "study", _study,
        "Compares presenter and members over recorded sessions, contrast by contrast.",
        "Exit 0: every session counts; 1: some do not, and it says why. No session is changed.\n"
        "docs/studies.md says what is compared, and what a study can and cannot show.",
    )
    add_arguments(parser)
    _data_and_json(parser)


def _study(args: argparse.Namespace) -> int:
    from hub.study.command import run_study

    return run_study(args, _data_folder(args))


_COMMANDS = (_add_demo, _add_up, _add_setup, _add_sessions, _add_verify, _add_replay,
             _add_export, _add_erase, _add_study, _add_power)

if __name__ == "__main__":
    sys.exit(main())
