using WebhookPlatform.Cli;

return await CommandLine.RunAsync(args, CliContext.System(), CancellationToken.None);
