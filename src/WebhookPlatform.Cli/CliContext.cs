using System.Collections;
using Spectre.Console;

namespace WebhookPlatform.Cli;

/// <summary>What the tool has around it: where it writes, what its environment says, what time it is.</summary>
/// <param name="Output">Results: tables, log lines, JSON.</param>
/// <param name="Error">Sentences for people.</param>
/// <param name="Variables">Environment variables.</param>
/// <param name="Time">The clock that signs and measures.</param>
/// <param name="IsTerminal">Whether somebody watches: allows colours and progress bars.</param>
public sealed record CliContext(TextWriter Output, TextWriter Error, IReadOnlyDictionary<string, string> Variables, TimeProvider Time, bool IsTerminal)
{
    /// <summary>Enough for a log line: a file or a pipe has no width of its own, and lines are not to be broken there.</summary>
    private const int UnboundedWidth = 400;

    private IAnsiConsole? _console;

    public IAnsiConsole Console => _console ??= CreateConsole();

    /// <summary>The context of this process.</summary>
    public static CliContext System()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
        return new(global::System.Console.Out, global::System.Console.Error, variables, TimeProvider.System, !global::System.Console.IsOutputRedirected);
    }

    /// <summary>The value of an environment variable, or null when it is not set or empty.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
        {
            console.Profile.Width = UnboundedWidth;
        }

        return console;
    }
}
