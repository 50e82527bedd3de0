#include "applet.h"
#include "base/die.h"

static const struct opt opts[] = {
	{ 'r', "root", "DIR", "take scripts and state below DIR" },
	{ 0 }
};

static int
svrun_main(int argc, char *argv[])
{
	(void)argc;
	(void)argv;
	die(3, "unable to run: not built yet");
}

const struct applet svrun_applet = {
	.name = "svrun", .synopsis = "[--root DIR] SCRIPT ACTION", .summary = "start, stop and ask a native service",
	.opts = opts, .main = svrun_main,
};
