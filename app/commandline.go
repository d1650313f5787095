package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"projectlogs/backend/filter"
)

// verb is one command. Its flags may stand before or after its name and among
// its arguments, up to "--".
type verb struct {
	name  string
	usage string // what follows the name
	short string
	long  string // more help: examples first
	flags func(*pflag.FlagSet, *options)
	run   func(ctx context.Context, c *call) error
	// subs are the verbs of a verb: projects list, keys create.
	subs []verb
}

// options are the values of all flags; a verb reads those that it declares.
type options struct {
	dataDir, project                string
	addr, format, columns, sort     string
	last, from, to, before          string
	fields, output, tz, separator   string
	scopes                          string
	limit, number                   int
	json, count, force, yes, bodies bool
	bom, raw, printOnly             bool
}

// call is one verb being run.
type call struct {
	*program
	*options
	args  []string
	flags *pflag.FlagSet
}

// given says whether the user set a flag.
func (c *call) given(flag string) bool { return c.flags.Changed(flag) }

// filterText joins the arguments to one filter, as a shell user types it.
func (c *call) filterText() string { return strings.Join(c.args, " ") }

// run finds the verb in a command line and runs it.
func (p *program) run(ctx context.Context, args []string) error {
	v, rest := findVerb(args)
	name := v.name
	for len(v.subs) > 0 {
		at := firstArgument(rest)
		if at < 0 {
			if wantsHelp(rest) {
				p.printHelp(v, name)
				return errHelp
			}
			return usagef("%s what? One of: %s.", name, strings.Join(names(v.subs), ", "))
		}
		word := rest[at]
		i := slices.IndexFunc(v.subs, func(s verb) bool { return s.name == word })
		if i < 0 {
			return usagef("%s has no %q. One of: %s.", name, word, strings.Join(names(v.subs), ", "))
		}
		v = v.subs[i]
		rest = slices.Concat(rest[:at], rest[at+1:])
		name += " " + v.name
	}
	o := &options{}
	fs := flagSet(v, o)
	if err := fs.Parse(rest); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			p.printHelp(v, name)
			return errHelp
		}
		command := "projectlogs"
		if name != windowVerb.name {
			command += " " + name
		}
		return usagef("%s. See %s --help.", strings.TrimSuffix(err.Error(), "."), command)
	}
	err := v.run(ctx, &call{program: p, options: o, args: fs.Args(), flags: fs})
	if errors.Is(err, errWantsHelp) {
		p.printHelp(windowVerb, windowVerb.name)
		return errHelp
	}
	return err
}

// flagSet declares the flags of a verb, and those that every verb has.
func flagSet(v verb, o *options) *pflag.FlagSet {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.Usage = func() {}
	if v.flags != nil {
		v.flags(fs, o)
	}
	fs.StringVar(&o.dataDir, "data-dir", defaultDataDir(), "the `DIR` where everything is kept; also PROJECTLOGS_DATA_DIR")
	fs.StringVar(&o.project, "project", "default", "the project's name or id, `P`")
	return fs
}

// findVerb takes the verb's name out of a command line. Without one, the
// command line is that of the window, whose arguments are files.
func findVerb(args []string) (verb, []string) {
	at := firstArgument(args)
	if at >= 0 {
		for _, v := range verbs() {
			if v.name == args[at] {
				return v, slices.Concat(args[:at], args[at+1:])
			}
		}
	}
	if at < 0 || wantsHelp(args) {
		return windowVerb, args
	}
	// A word that is no file is a mistyped verb, and opening a window on it
	// would answer the wrong question.
	if word := args[at]; !fileExists(word) && !strings.ContainsAny(word, `/\.`) {
		return verb{name: word, run: func(context.Context, *call) error {
			return usagef("There is no command %q and no file of that name.%s See projectlogs --help.", word, didYouMean(word, names(verbs())))
		}, flags: windowVerb.flags}, slices.Concat(args[:at], args[at+1:])
	}
	return windowVerb, args
}

// firstArgument is the index of the first word that is neither a flag nor a
// flag's value, -1 where there is none. Which flags take a value is known from
// all verbs together: a name means the same everywhere.
func firstArgument(args []string) int {
	values := valueFlags()
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			return -1
		case a == "-" || !strings.HasPrefix(a, "-"):
			return i
		case strings.Contains(a, "="):
		case strings.HasPrefix(a, "--") && values[a[2:]], len(a) == 2 && values[a[1:]]:
			i++
		}
	}
	return -1
}

func valueFlags() map[string]bool {
	takes := map[string]bool{}
	var visit func(vs []verb)
	visit = func(vs []verb) {
		for _, v := range vs {
			flagSet(v, &options{}).VisitAll(func(f *pflag.Flag) {
				if f.NoOptDefVal == "" {
					takes[f.Name] = true
					if f.Shorthand != "" {
						takes[f.Shorthand] = true
					}
				}
			})
			visit(v.subs)
		}
	}
	visit(append(verbs(), windowVerb))
	return takes
}

func wantsHelp(args []string) bool {
	for _, a := range args {
		if a == "--" {
			return false
		}
		if a == "-h" || a == "--help" {
			return true
		}
	}
	return false
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func names(vs []verb) []string {
	all := make([]string, len(vs))
	for i, v := range vs {
		all[i] = v.name
	}
	return all
}

// didYouMean suggests the choice that a mistyped word most likely stands for.
func didYouMean(word string, choices []string) string {
	best := filter.Nearest(word, choices)
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %s?", best)
}
