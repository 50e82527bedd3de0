#!/bin/sh
# Link a static program some of whose constants are deflated: cold.sh PROGRAM DIRECTORY OBJECTS COMMAND..., where the COMMAND links the PROGRAM.
#
# What is constant in OBJECTS (names below DIRECTORY/.., without .o) becomes the section .cold, for which the program has room but no content; that is in .cold_packed.
# What .cold points to depends on where all else lies, and that on how long .cold_packed is: so this links until nothing moves.
set -e
program=$1 directory=$2 objects=$3
shift 3
mkdir -p "$directory"
objcopy=$("$@" -print-prog-name=objcopy)

link() { # TYPE COMMAND...: TYPE "(NOLOAD)" leaves the content out
	type=$1
	shift
	{
		printf 'SECTIONS {\n.cold_packed : {\nKEEP(*(.cold_packed))\ncold_packed = .;\n'
		gzip -9nc <"$directory/content" | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/BYTE(\1)/g'
		printf 'cold_packed_end = .;\n}\n} INSERT AFTER .rodata;\n'
		printf 'SECTIONS {\n.cold ALIGN(_end + CONSTANT(MAXPAGESIZE), CONSTANT(MAXPAGESIZE)) %s : {\n*(.cold)\n' "$type"
		for object in $objects; do
			printf '"*/%s.o"(.rodata .rodata.*)\n' "$object"
		done
		printf 'cold_end = .;\n}\n} INSERT AFTER .comment;\n'
	} >"$directory/script"
	"$@" -Wl,-T,"$directory/script"
}

: >"$directory/content"
for round in 1 2 3 4 5 6 7 8 none; do
	[ "$round" != none ] || { echo "$0: the constants of $program do not come to rest" >&2; exit 1; }
	link '' "$@"
	"$objcopy" -O binary -j .cold "$program" "$directory/found"
	! cmp -s "$directory/found" "$directory/content" || break
	mv "$directory/found" "$directory/content"
done
"$objcopy" -O binary -R .cold "$program" "$directory/before"
link '(NOLOAD)' "$@"
"$objcopy" -O binary -R .cold "$program" "$directory/after"
cmp "$directory/before" "$directory/after"
rm "$directory/before" "$directory/after" "$directory/found"
