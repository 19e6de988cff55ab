# Sourced: the unit's settings, with the machine's folders beneath the reader's.
beneath() { sed -E "s#(^|[ =:-])/(opt|etc|var)/#\\1$READER_FOLDER/\\2/#g; s#/usr/bin/node#$READER_NODE#"; }
value() { sed -n "s/^$1=//p" "$unit" | tail -n 1 | beneath; }
unit="$READER_FOLDER/etc/systemd/system/neo.service"
run="$READER_FOLDER/run"
