package app

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// verbs are all commands, in the order of the help. It is a function because
// the help itself lists them.
func verbs() []verb {
	return []verb{
		serveVerb, openVerb, importVerb, searchVerb, tailVerb, exportVerb,
		projectsVerb, keysVerb, viewsVerb, tasksVerb, exportsVerb,
		purgeVerb, checkVerb, reindexVerb, sampleVerb, versionVerb, helpVerb,
	}
}

// printHelp writes the help of one verb, or of the program.
func (p *program) printHelp(v verb, name string) {
	w := p.stdout
	if name == windowVerb.name {
		fmt.Fprint(w, `Project Logs tells what happened between a program and an HTTP API.

  projectlogs                            open the window
  projectlogs access.log session.har     open the window and import files
  projectlogs search 'status>=400 "out of stock"' --last 7d
  projectlogs export --last 24h -o failed.csv result:failure

Commands:
`)
		printVerbs(p, verbs())
		fmt.Fprint(w, "\nFlags of every command:\n"+flagSet(windowVerb, &options{}).FlagUsages())
		fmt.Fprint(w, "\nEach command explains itself: projectlogs COMMAND --help. A filter that begins\nwith - stands after --. Exit codes: 0, 1 failed, 2 not understood.\n")
		return
	}
	fmt.Fprintf(w, "projectlogs %s %s\n\n%s\n", name, v.usage, v.short)
	if v.long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(v.long))
	}
	if len(v.subs) > 0 {
		fmt.Fprintln(w)
		printVerbs(p, v.subs)
		return
	}
	fmt.Fprint(w, "\nFlags:\n"+flagSet(v, &options{}).FlagUsages())
}

func printVerbs(p *program, vs []verb) {
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, v := range vs {
		fmt.Fprintf(t, "  %s\t%s\n", v.name, v.short)
	}
	_ = t.Flush() // a closed stdout cannot be told about itself
}
