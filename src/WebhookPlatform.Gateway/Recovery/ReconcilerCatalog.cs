namespace WebhookPlatform.Gateway.Recovery;

/// <summary>All reconcilers, registered by hand: a new one is one line here.</summary>
public static class ReconcilerCatalog
{
    public static IReadOnlyList<IReconciler> All { get; } =
    [
        new StripeReconciler(),
        new GitHubReconciler(),
        new ShopifyReconciler(),
    ];

    /// <summary>The reconciler of a provider; null where there is none.</summary>
    public static IReconciler? Find(string provider) => All.FirstOrDefault(reconciler => string.Equals(reconciler.Provider, provider, StringComparison.Ordinal));
}
