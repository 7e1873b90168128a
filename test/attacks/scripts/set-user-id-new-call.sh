. "$ATTACKS/lib.sh"
# fchmodat2 is newer than most rules.
cp "$PROGRAM" "$WORK/innocent"
"$PROGRAM" chmod-new "$WORK/innocent" 4755
