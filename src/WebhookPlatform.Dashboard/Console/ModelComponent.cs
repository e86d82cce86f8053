using Microsoft.AspNetCore.Components;

namespace WebhookPlatform.Dashboard.Console;

/// <summary>A component that shows one immutable value and renders only when it gets another one, however often its page renders.</summary>
public abstract class ModelComponent<TModel> : ComponentBase
    where TModel : class
{
    private TModel? rendered;

    /// <summary>What to show; null while it is not known yet.</summary>
    [Parameter]
    [EditorRequired]
    public TModel? Model { get; set; }

    protected override bool ShouldRender() => !ReferenceEquals(rendered, Model);

    protected override void OnAfterRender(bool firstRender) => rendered = Model;
}
