"""From a voice to the words of a command, all on this machine.

    audio       sound out of files: any rate, any number of channels
    record      sound out of a microphone
    detect      where in it somebody speaks
    weights     which Whisper model, and where its file is
    transcribe  Whisper, by whisper.cpp
    lexicon     the names that the desktop knows
    names       those names told to Whisper, and near misses of them mended
    twice       the names of a second hearing put into the words of the first
    apart       detection and Whisper, each in a process of its own
    hearing     all of it together
    checks      what `tinyagent doctor` looks at

Nothing recorded is kept: sound stays in memory and is dropped with the command.
"""
