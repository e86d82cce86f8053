namespace WebhookPlatform.Simulators.Payloads;

/// <summary>A person who pays, pushes or writes.</summary>
public sealed record Person(string Name, string Login)
{
    public string Email => Login + "@example.com";

    /// <summary>A number that stays the same for the same person.</summary>
    public long Id => Login.Aggregate(17L, (hash, letter) => ((hash * 31) + letter) % 90_000_000) + 10_000_000;
}

/// <summary>A code repository.</summary>
public sealed record Repository(long Id, string Owner, string Name, string About, string Language)
{
    public string FullName => Owner + "/" + Name;
}

/// <summary>An amount in minor units and its ISO 4217 currency, upper case.</summary>
public readonly record struct Money(long Amount, string Currency);

/// <summary>The cast and the props of the simulated traffic.</summary>
public static class SampleData
{
    public static IReadOnlyList<Person> People { get; } =
    [
        new("Ada Okafor", "ada.okafor"), new("Jonas Weber", "jonas.weber"), new("Mei Tanaka", "mei.tanaka"),
        new("Zoë Martin", "zoe.martin"), new("Priya Sharma", "priya.sharma"), new("Luis Ortega", "luis.ortega"),
        new("Søren Holm", "soren.holm"), new("Amira Haddad", "amira.haddad"), new("Tom Fletcher", "tom.fletcher"),
        new("Katarzyna Nowak", "katarzyna.nowak"), new("Siobhán O'Neill", "siobhan.oneill"), new("Diego Ramírez", "diego.ramirez"),
    ];

    public static IReadOnlyList<Repository> Repositories { get; } =
    [
        new(618_033_988, "acme-labs", "storefront", "The shop customers see", "TypeScript"),
        new(271_828_182, "acme-labs", "billing", "Invoices, payments and refunds", "C#"),
        new(314_159_265, "acme-labs", "warehouse", "Stock and shipping", "Go"),
        new(141_421_356, "northwind", "mobile-app", "The app for iOS and Android", "Kotlin"),
        new(173_205_080, "northwind", "infrastructure", "Everything as code", "HCL"),
    ];

    public static IReadOnlyList<string> Products { get; } =
        ["Pro plan, monthly", "Pro plan, yearly", "Starter kit", "Oak desk", "Wool blanket", "Espresso beans, 1 kg", "Trail shoes", "Reading lamp"];

    public static IReadOnlyList<string> Changes { get; } =
        ["Fix rounding of refunds", "Speed up the order search", "Add dark mode", "Retry failed uploads", "Show taxes in the cart",
         "Upgrade the database driver", "Translate the checkout", "Remove the old login", "Cache product images", "Explain declined cards"];

    public static IReadOnlyList<string> Messages { get; } =
        ["The new release is out, thank you all!", "Can somebody look at the failed payment of order 1042?", "Lunch at 12:30?",
         "Deploy of storefront finished in 3 min 12 s", "Customer says the invoice shows \"0.00\" - is that right?", "I will be back at 3 pm",
         "Numbers for last week are in the sheet 📈", "Merged, please pull before you go on"];

    public static IReadOnlyList<string> Channels { get; } = ["general", "payments", "releases", "support", "random"];

    public static IReadOnlyList<(string Name, string ContentType)> Files { get; } =
    [
        ("invoices/2026/invoice {0}.pdf", "application/pdf"), ("photos/product-{0}.jpg", "image/jpeg"), ("exports/orders-{0}.csv", "text/csv"),
        ("backups/nightly {0}.tar.gz", "application/gzip"), ("videos/tour-{0}.mp4", "video/mp4"), ("avatars/{0}.png", "image/png"),
    ];

    /// <summary>Currencies with the amounts, in minor units, that people usually pay in them. Yen has no minor unit.</summary>
    public static IReadOnlyList<(string Currency, long Least, long Most)> Prices { get; } =
        [("USD", 500, 25_000), ("USD", 500, 25_000), ("EUR", 500, 22_000), ("EUR", 500, 22_000), ("GBP", 400, 18_000), ("JPY", 500, 30_000), ("CHF", 900, 30_000)];

    public static Money Price(SimulationContext context)
    {
        var (currency, least, most) = context.Pick(Prices);
        return new Money(context.Number(least, most), currency);
    }
}
