namespace WebhookPlatform.Cli;

/// <summary>Ends the tool with a sentence on standard error that says what is wrong and what to do next.</summary>
public sealed class CliException(string message, int exitCode = ExitCodes.Usage) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>What the tool returns to the shell.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>At least one webhook was not accepted, the ledger does not balance, or a recovery was given up.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the environment is not right; nothing was sent.</summary>
    public const int Usage = 2;
}
