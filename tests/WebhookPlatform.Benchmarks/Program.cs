using System.Runtime.InteropServices;
using WebhookPlatform.Benchmarks;
using WebhookPlatform.Benchmarks.Contenders;

switch (args)
{
    case ["serve", BareServer.Name]:
        await BareServer.Build().RunAsync();
        return 0;
    case ["serve", PerRequestServer.Name]:
        await (await PerRequestServer.BuildAsync()).RunAsync();
        return 0;
}

if (BenchmarkOptions.Parse(args, out var problem) is not { } options)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await BenchmarkRun.RunAsync(options, stop.Token);

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
