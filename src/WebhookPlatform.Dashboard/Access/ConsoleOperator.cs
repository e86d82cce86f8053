using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.Dashboard.Access;

/// <summary>
/// Who sits before an open page. A page outlives the request that opened it, so whatever changes something asks here each time: the page was opened with the operator key that counts, and
/// no longer ago than a login lasts. In doubt the answer is no. One per circuit.
/// </summary>
public sealed class ConsoleOperator(AuthenticationStateProvider people, IOptions<OperatorOptions> options, TimeProvider clock) : CircuitHandler
{
    private readonly DateTimeOffset _opened = clock.GetUtcNow();

    /// <summary>Whether whoever has opened the page may change something now.</summary>
    public async Task<bool> MayChangeAsync()
    {
        if (clock.GetUtcNow() - _opened >= ConsoleAccess.LoginLasts)
        {
            return false;
        }

        try
        {
            return ConsoleAccess.IsOperator((await people.GetAuthenticationStateAsync()).User, options.Value);
        }
        catch (InvalidOperationException)
        {
            // Nobody is known outside a page.
            return false;
        }
    }
}
