using System.Globalization;

namespace WebhookPlatform.Chaos.Faults;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL of one replica; it is started again at once.</summary>
    KillReplica,

    /// <summary>SIGKILL of both replicas of a service at once.</summary>
    KillService,

    /// <summary>SIGSTOP of one replica for seconds.</summary>
    FreezeReplica,

    /// <summary>SIGKILL of RabbitMQ or PostgreSQL; it is started again at once.</summary>
    KillServer,

    /// <summary>SIGSTOP of RabbitMQ or PostgreSQL for seconds.</summary>
    FreezeServer,

    /// <summary>RabbitMQ or PostgreSQL killed and away for up to a minute.</summary>
    ServerAway,

    /// <summary>RabbitMQ believes that its memory is used up and stops publishers.</summary>
    MemoryAlarm,

    /// <summary>RabbitMQ believes that its disk is full and stops publishers.</summary>
    DiskAlarm,

    /// <summary>Messages that nobody can apply are put into the queues.</summary>
    Poison,
}

/// <summary>A fault of the plan.</summary>
/// <param name="Number">From 1, over both tracks.</param>
/// <param name="Target">A replica, a service, <c>broker</c> or <c>database</c>.</param>
/// <param name="Pause">Quiet time before it.</param>
/// <param name="Lasts">How long it goes on; zero for one that is over as soon as it has happened.</param>
public sealed record PlannedFault(int Number, FaultKind Kind, string Target, TimeSpan Pause, TimeSpan Lasts)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Target}{(Lasts > TimeSpan.Zero ? $" for {Lasts.TotalSeconds:0.0} s" : "")}");
}

/// <summary>
/// Everything that will go wrong, made from the seed: two tracks, one for servers and one for services, which run side by side, so that a service dies while the database is away.
/// </summary>
/// <param name="Servers">Broker and database, in order.</param>
/// <param name="Services">Replicas and poison, in order.</param>
public sealed record FaultPlan(IReadOnlyList<PlannedFault> Servers, IReadOnlyList<PlannedFault> Services)
{
    // What starting again and recovering takes on top of a fault's own time, on two cores.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(9);

    private static readonly string[] ServiceNames = ["gateway", "dashboard", "notifications", "automation"];

    private static readonly (FaultKind Kind, string Target)[] ServerFaults =
    [
        (FaultKind.KillServer, "broker"), (FaultKind.KillServer, "database"),
        (FaultKind.ServerAway, "broker"), (FaultKind.ServerAway, "database"),
        (FaultKind.FreezeServer, "broker"), (FaultKind.FreezeServer, "database"),
        (FaultKind.MemoryAlarm, "broker"), (FaultKind.DiskAlarm, "broker"),
    ];

    private static readonly (FaultKind Kind, string Target)[] ServiceFaults =
    [
        .. ServiceNames.SelectMany(service => new[] { (FaultKind.KillReplica, service + "-1"), (FaultKind.KillReplica, service + "-2") }),
        .. ServiceNames.SelectMany(service => new[] { (FaultKind.FreezeReplica, service + "-1"), (FaultKind.FreezeReplica, service + "-2") }),
        .. ServiceNames.Select(service => (FaultKind.KillService, service)),
        (FaultKind.Poison, "queues"), (FaultKind.Poison, "queues"),
    ];

    public int Count => Servers.Count + Services.Count;

    /// <summary>About how long it takes.</summary>
    public TimeSpan Lasts => new(Math.Max(Length(Servers), Length(Services)));

    /// <param name="longestOutage">Upper bound of <see cref="FaultKind.ServerAway"/>.</param>
    public static FaultPlan Make(int seed, int count, TimeSpan longestOutage)
    {
        // Another sequence than the workload's, which begins with the seed itself.
        var random = new Random(unchecked((seed * 397) ^ 0x5EED));
        var servers = (count * 2 + 2) / 5;
        return new FaultPlan(
            [.. Draw(random, ServerFaults, servers).Select((fault, at) => Plan(random, fault, at + 1, longestOutage))],
            [.. Draw(random, ServiceFaults, count - servers).Select((fault, at) => Plan(random, fault, servers + at + 1, longestOutage))]);
    }

    // From a bag that is filled again when it is empty: every fault has its turn, in no order.
    private static IEnumerable<(FaultKind Kind, string Target)> Draw(Random random, (FaultKind Kind, string Target)[] faults, int count)
    {
        var bag = new Queue<(FaultKind, string)>();
        for (var at = 0; at < count; at++)
        {
            if (bag.Count == 0)
            {
                var filling = faults.ToArray();
                random.Shuffle(filling);
                bag = new Queue<(FaultKind, string)>(filling);
            }

            yield return bag.Dequeue();
        }
    }

    private static PlannedFault Plan(Random random, (FaultKind Kind, string Target) fault, int number, TimeSpan longestOutage)
    {
        var lasts = fault.Kind switch
        {
            FaultKind.ServerAway => Between(Math.Min(5, longestOutage.TotalSeconds / 2), longestOutage.TotalSeconds),
            FaultKind.MemoryAlarm or FaultKind.DiskAlarm => Between(3, Math.Min(15, Math.Max(4, longestOutage.TotalSeconds))),
            FaultKind.FreezeReplica or FaultKind.FreezeServer => Between(2, 8),
            FaultKind.KillReplica or FaultKind.KillService => Between(0, 3),
            _ => TimeSpan.Zero,
        };
        return new PlannedFault(number, fault.Kind, fault.Target, Between(0.5, 4), lasts);

        TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
    }

    private static long Length(IReadOnlyList<PlannedFault> track) => track.Sum(fault => (fault.Pause + fault.Lasts + Aftermath).Ticks);
}
