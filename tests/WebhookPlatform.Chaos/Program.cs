using WebhookPlatform.Chaos;

if (args is ["--help" or "-h" or "help"])
{
    Console.WriteLine(ChaosOptions.Usage);
    return 0;
}

ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n\n{ChaosOptions.Usage}");
    return 2;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};
try
{
    var report = await ChaosRun.ExecuteAsync(options, Console.WriteLine, stopping.Token);
    return report.Passed ? 0 : 1;
}
catch (Exception failure) when (failure is OperationCanceledException or TimeoutException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"The run could not be finished: {failure.Message}");
    return 2;
}
