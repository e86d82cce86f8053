using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using WebhookPlatform.Benchmarks.Reports;
using WebhookPlatform.Benchmarks.Verifying;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>How long the proof of one webhook of each provider takes, and what it allocates, by BenchmarkDotNet.</summary>
internal sealed class VerifyMeasure : IMeasure
{
    private const double MostMicroseconds = 10;
    private const int Warmups = 3;
    private const int Iterations = 7;
    private const int IterationMilliseconds = 100;

    public string Title => "Verification of each provider";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        var bodies = CheckAll();

        // It cannot be told to stop; what is left of it ends with the program.
        var summary = await Task.Run(() => BenchmarkRunner.Run<VerifyBenchmark>(Configuration()), cancellationToken).WaitAsync(cancellationToken);
        if (summary.HasCriticalValidationErrors || summary.Reports.Length < bodies.Count || summary.Reports.Any(one => !one.Success))
        {
            throw new InvalidOperationException($"BenchmarkDotNet could not measure all providers; see {summary.LogFilePath}.");
        }

        var results = summary.Reports.Select(one => ResultOf(one, bodies)).OrderByDescending(result => result.Microseconds).ToList();
        Report(report, results);
    }

    /// <summary>Makes every case once: a figure of a request that is refused would be worth nothing.</summary>
    private static Dictionary<string, (int Bytes, bool UsesPublicKey)> CheckAll()
    {
        var bodies = new Dictionary<string, (int, bool)>(StringComparer.Ordinal);
        foreach (var simulator in SimulatorCatalog.All)
        {
            using var made = VerificationCase.Of(simulator);
            if (made.Verify().Failure is { } failure)
            {
                throw new InvalidOperationException($"{simulator.Provider}: its simulated webhook is not believed ({failure}).");
            }

            bodies[simulator.Provider] = (made.BodyBytes, made.UsesPublicKey);
        }

        return bodies;
    }

    private static ManualConfig Configuration() => ManualConfig.CreateEmpty()
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(Warmups)
            .WithIterationCount(Iterations)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds))
            .WithEvaluateOverhead(false))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(new Progress())
        .WithArtifactsPath(Path.Combine(Workbench.Folder, "verify"))
        .WithOptions(ConfigOptions.DisableLogFile);

    private static Result ResultOf(BenchmarkReport measured, Dictionary<string, (int Bytes, bool UsesPublicKey)> bodies)
    {
        var provider = (string)measured.BenchmarkCase.Parameters[nameof(VerifyBenchmark.Provider)];
        var statistics = measured.ResultStatistics!;
        return new Result(
            provider, bodies[provider].UsesPublicKey, bodies[provider].Bytes,
            statistics.Median / 1000, statistics.Min / 1000, statistics.Max / 1000, measured.GcStats.GetBytesAllocatedPerOperation(measured.BenchmarkCase) ?? 0);
    }

    private static void Report(MeasureReport report, List<Result> results)
    {
        var shared = results.FindAll(result => !result.UsesPublicKey);
        var slow = shared.FindAll(result => result.Microseconds > MostMicroseconds);
        report.Findings.Add(new Finding(
            $"verification with a shared secret, 1 KB, {shared.Count} providers",
            $"none above {Words.Microseconds(MostMicroseconds)}",
            slow.Count == 0 ? $"slowest: {shared[0].Describe()}" : $"above it: {string.Join(", ", slow.Select(result => result.Describe()))}",
            slow.Count == 0));
        if (results.Find(result => result.UsesPublicKey) is { } slowest)
        {
            report.Findings.Add(new Finding("verification with a public key, 1 KB", "reported", $"slowest: {slowest.Describe()}", null));
        }

        var most = shared.MaxBy(result => result.Bytes)!;
        report.Findings.Add(new Finding("memory that a verification with a shared secret allocates", "reported", $"most: {most.Provider}, {Words.Bytes(most.Bytes)}; half of the providers at most {Words.Bytes(Statistics.Median(shared.Select(result => (double)result.Bytes)))}", null));
        report.Tables.Add(new ReportTable(
            "Medians, the slowest first",
            ["provider", "proof", "body", "time", "fastest – slowest iteration", "allocated"],
            [.. results.Select(result => (IReadOnlyList<string>)
                [result.Provider, result.UsesPublicKey ? "public key" : "shared secret", Words.Bytes(result.BodyBytes), Words.Microseconds(result.Microseconds),
                    $"{Words.Microseconds(result.Fastest)} – {Words.Microseconds(result.Slowest)}", Words.Bytes(result.Bytes)])]));
        report.Charts.Add(new ReportChart("verify.svg", "Time to verify one webhook with a shared secret, by provider", BarChart.Draw(
            "Time to verify one webhook",
            "signed with a shared secret, 1 KB; microseconds",
            [.. shared.Select(result => new Bar(result.Provider, result.Microseconds, Words.Microseconds(result.Microseconds), result.Microseconds <= MostMicroseconds))])));
        report.Notes.Add($"BenchmarkDotNet in the benchmark's own process (InProcessEmit): {Warmups} warm-ups and {Iterations} iterations of {IterationMilliseconds} ms for each provider, one thread, tiered compilation without profiles as in the services. Only `Verify` of a valid request is measured: its headers and body are in memory.");
        report.Notes.Add("Providers that are asked for a certificate or a key have answered before: the answer comes from the gateway's own cache.");
        report.Data["providers"] = results;
    }

    /// <summary>Figures of one provider.</summary>
    /// <param name="Microseconds">Median of the iterations; so are the others' units.</param>
    /// <param name="Bytes">Allocated by one verification.</param>
    private sealed record Result(string Provider, bool UsesPublicKey, int BodyBytes, double Microseconds, double Fastest, double Slowest, long Bytes)
    {
        public string Describe() => $"{Provider}, {Words.Microseconds(Microseconds)}";
    }

    /// <summary>Says which provider is being measured, and what goes wrong; BenchmarkDotNet says much more.</summary>
    private sealed class Progress : ILogger
    {
        private const string Begins = "// Benchmark: ";
        private const string Parameter = "[" + nameof(VerifyBenchmark.Provider) + "=";

        public string Id => nameof(Progress);

        public int Priority => 0;

        public void Write(LogKind logKind, string text)
        {
            if (logKind is LogKind.Error && !text.StartsWith("//", StringComparison.Ordinal))
            {
                Console.Error.Write(text);
            }
        }

        public void WriteLine() => Write(LogKind.Default, "");

        public void WriteLine(LogKind logKind, string text)
        {
            if (text.StartsWith(Begins, StringComparison.Ordinal) && text.IndexOf(Parameter, StringComparison.Ordinal) is > 0 and var at)
            {
                Workbench.Say(text[(at + Parameter.Length)..].TrimEnd(']'));
            }
            else
            {
                Write(logKind, text + Environment.NewLine);
            }
        }

        public void Flush() => Console.Out.Flush();
    }
}
