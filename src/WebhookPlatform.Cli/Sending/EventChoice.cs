using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>Decides which event comes next.</summary>
public static class EventChoice
{
    public const string Random = "random";
    public const string All = "all";

    /// <summary>How often a later chapter, such as a refund, is told when there is an earlier one to continue.</summary>
    private const double FollowUpShare = 0.5;

    /// <summary>One event again and again, all in turn, or a random one (handshakes left out), as the command line says. What no real provider would vouch for is sent by its name only.</summary>
    /// <exception cref="ArgumentException">The simulator has no such event.</exception>
    public static Func<SimulationContext, string> Parse(IProviderSimulator simulator, string choice)
    {
        if (choice.Equals(All, StringComparison.OrdinalIgnoreCase))
        {
            var all = simulator.Events.Where(known => !known.IsUnproven).ToList();
            var next = 0;
            return _ => all[next++ % all.Count].Name;
        }

        if (choice.Equals(Random, StringComparison.OrdinalIgnoreCase))
        {
            var events = simulator.Events.Where(known => !known.IsHandshake && !known.IsUnproven).ToList();
            return context => Tell(context.Pick(events), context);
        }

        var name = simulator.FindEvent(choice)?.Name ?? throw simulator.Unknown(choice);
        return _ => name;
    }

    private static string Tell(SimulatedEvent chosen, SimulationContext context) => (chosen.Follows, context.Story) switch
    {
        (null, _) or (_, null) => chosen.Name,
        ({ } first, { } story) => story.HasOpening && context.Random.NextDouble() < FollowUpShare ? chosen.Name : first,
    };
}
