// Package cli is Relevo's command line: the settings, the commands, and the wiring of everything that runs.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // zones are known on a machine that has none
	"unicode"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"

	"relevo/intake"
	"relevo/internal/text"
)

// Env is what the program is given by whoever starts it.
type Env struct {
	Args   []string // without the program's name
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string // a setting; empty when it is not set
	Now    func() time.Time
}

// What the program exits with.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2 // a wrong setting or a wrong command line
)

// Main runs the program as it was called, with the settings of the environment and, beneath them, of the file .env
// in the working folder. It returns the exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	file, err := godotenv.Read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "relevo: .env: %s\n", whyNotRead(err))
		return exitUsage
	}
	return Run(ctx, Env{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
		Getenv: func(name string) string {
			if v, ok := os.LookupEnv(name); ok {
				return v
			}
			return file[name]
		},
	})
}

// whyNotRead says why .env could not be read. What its parser says is not repeated: it quotes the file, secrets
// and all.
func whyNotRead(err error) string {
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return "it can't be read: " + file.Err.Error()
	}
	return "it can't be read: each line must be NAME=value, a comment that begins with #, or empty"
}

// grammar is the command line. Each command's fields and Run stand in its own file.
type grammar struct {
	Serve        serveCmd        `cmd:"" default:"withargs" help:"Run the bot. This is what happens without a command."`
	Demo         demoCmd         `cmd:"" help:"Try Relevo on a made-up Slack workspace on this machine: no account, no settings."`
	Import       importCmd       `cmd:"" help:"Take in leads from a CSV or Excel file, or history with --history."`
	Send         sendCmd         `cmd:"" help:"Send a lead to a running bot as a form tool or CRM would, to see that source work."`
	Digest       digestCmd       `cmd:"" help:"Show the weekly digest here, or post it."`
	Webhooks     webhooksCmd     `cmd:"" help:"Say who is told of what happens, by signed requests, and see what they could not be told."`
	Ready        readyCmd        `cmd:"" help:"Ask the bot that runs on this machine whether it is ready; for health checks of containers."`
	Status       statusCmd       `cmd:"" help:"Show what stands in the database: workspaces, leads by state, what waits and why, the last digest."`
	Doctor       doctorCmd       `cmd:"" help:"Check settings, tokens, scopes, channels, clock and database, and say how to mend each."`
	SecretKey    secretKeyCmd    `cmd:"" help:"Print a new key for RELEVO_SECRET_KEY."`
	Reseal       resealCmd       `cmd:"" help:"Seal all stored secrets anew with the first key of RELEVO_SECRET_KEY, so that the others can go."`
	Manifest     manifestCmd     `cmd:"" help:"Print the manifest with which to create the Slack app."`
	Slackfake    slackfakeCmd    `cmd:"" help:"Run a Slack workspace on this machine, for any bot."`
	Version      versionCmd      `cmd:"" help:"Print the version."`
	Backup       backupCmd       `cmd:"" help:"Copy the SQLite database into a file, verified, while the bot works."`
	Restore      restoreCmd      `cmd:"" help:"Put a backup in the database's place; who was erased since is erased again."`
	Copy         copyCmd         `cmd:"" help:"Move a whole database between SQLite and PostgreSQL, and compare both."`
	Forget       forgetCmd       `cmd:"" help:"Erase a person for good; the counts stay."`
	ExportPerson exportPersonCmd `cmd:"" help:"Print everything that is stored about a person, as JSON."`
}

// grammarOf returns the grammar of the one command that is called, or all of it where that is not plain, for example for help. All of it
// is a thousand flags, and to make them takes a third of a start.
func grammarOf(args []string) any {
	called := "serve"
	if len(args) > 0 {
		called = args[0]
	}
	for _, command := range reflect.VisibleFields(reflect.TypeFor[grammar]()) {
		if strings.EqualFold(command.Name, strings.ReplaceAll(called, "-", "")) {
			return reflect.New(reflect.StructOf([]reflect.StructField{command})).Interface()
		}
	}
	return &grammar{}
}

// console is what a command runs with.
type console struct {
	Env
	ctx   context.Context
	texts *text.Catalogue
	p     *text.Printer
}

// Run carries out one command and returns the exit code. What went wrong is one line on Stderr.
func Run(ctx context.Context, env Env) int {
	texts, err := text.Load()
	if err != nil {
		fmt.Fprintln(env.Stderr, "relevo:", err)
		return exitFailure
	}
	c := &console{Env: env, ctx: ctx, texts: texts, p: texts.In(env.Getenv("RELEVO_LANGUAGE"))}
	exited, code := false, exitOK
	parser, err := newParser(grammarOf(env.Args), env, kong.Exit(func(n int) { exited, code = true, n }))
	if err != nil {
		fmt.Fprintln(env.Stderr, "relevo:", err)
		return exitFailure
	}
	command, err := parser.Parse(env.Args)
	if exited { // after --help
		return code
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "relevo: %s\n", oneLine(err.Error()))
		return exitUsage
	}
	for _, flag := range command.Flags() {
		if lang, ok := command.FlagValue(flag).(string); ok && flag.Name == "language" {
			c.p = texts.In(lang)
		}
	}
	return c.report(command.Run(c))
}

// newParser reads settings through env alone, so that .env and tests need not change the process's own
// environment. A setting that is there but empty counts as not set.
func newParser(g any, env Env, more ...kong.Option) (*kong.Kong, error) {
	resolve := kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if v := env.Getenv(name); v != "" {
				return v, nil
			}
		}
		return nil, nil
	})
	help := func(v *kong.Value) string {
		said := v.Help
		if v.HasDefault && !v.IsBool() {
			said += " Default: " + v.Default + "."
		}
		if v.Flag != nil && len(v.Flag.Envs) > 0 {
			said += " (" + strings.Join(v.Flag.Envs, ", ") + ")"
		}
		return said
	}
	k, err := kong.New(g, append(more,
		kong.Name("relevo"), kong.Description("The hand-off between marketing and sales, in Slack."),
		kong.Vars{"fields": strings.Join(intake.FileFields(), ", "), "sources": sourceNames()},
		kong.Writers(env.Stdout, env.Stderr), kong.Resolvers(resolve), kong.ValueFormatter(help),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)...)
	if err != nil {
		return nil, err
	}
	return k, kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			flag.Tag.Envs = nil // flag.Envs stays, for resolve and help
		}
		return next(nil)
	})
}

// complaint is an error that is told to people in their language.
type complaint interface {
	error
	say(*text.Printer) []string // a line each
	exit() int
}

// report tells what went wrong, if anything, and returns the exit code.
func (c *console) report(err error) int {
	if err == nil {
		return exitOK
	}
	var told complaint
	if errors.As(err, &told) {
		for _, line := range told.say(c.p) {
			fmt.Fprintf(c.Stderr, "relevo: %s\n", oneLine(line))
		}
		return told.exit()
	}
	fmt.Fprintf(c.Stderr, "relevo: %s\n", oneLine(err.Error()))
	return exitFailure
}

// oneLine keeps what came from outside from drawing on the terminal.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// say prints a line of the catalogue.
func (c *console) say(key string, pairs ...any) { fmt.Fprintln(c.Stdout, c.p.T(key, pairs...)) }

// failure is a complaint with one line of the catalogue.
type failure struct {
	key   string
	pairs []any
	code  int
}

func fail(key string, pairs ...any) error { return &failure{key, pairs, exitFailure} }

func misuse(key string, pairs ...any) error { return &failure{key, pairs, exitUsage} }

func (f *failure) Error() string                { return fmt.Sprint(f.key, f.pairs) }
func (f *failure) say(p *text.Printer) []string { return []string{p.T(f.key, f.pairs...)} }
func (f *failure) exit() int                    { return f.code }
