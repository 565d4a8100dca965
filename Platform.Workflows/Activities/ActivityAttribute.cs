namespace Platform.Workflows.Activities;

/// <summary>Makes a class an activity: the kind of work that a task names. The class implements <see cref="IActivity"/>; its inputs are properties with <see cref="FieldAttribute"/>.</summary>
/// <param name="name">Unique name, a stage and a verb or noun: <c>ingest.files</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ActivityAttribute(string name) : Attribute
{
    /// <summary>Unique name, as a workflow writes it.</summary>
    public string Name { get; } = name;

    /// <summary>A few words for the toolbox and the node, in sentence case.</summary>
    public required string Title { get; init; }

    /// <summary>The same in Chinese; null shows <see cref="Title"/>.</summary>
    public string? TitleZh { get; init; }

    /// <summary>What it does, what it reads and writes, and when it fails: one to four sentences.</summary>
    public required string Help { get; init; }

    /// <summary>The same in Chinese; null shows <see cref="Help"/>.</summary>
    public string? HelpZh { get; init; }

    /// <summary>Where the toolbox shows it.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Name of a Tabler outline icon, such as <c>file-import</c>.</summary>
    public string Icon { get; init; } = "box";

    /// <summary>A record type whose properties are the outputs; null where there are none or they vary.</summary>
    public Type? Outputs { get; init; }

    /// <summary>A short YAML example of <c>with:</c>; null shows one made from the fields.</summary>
    public string? Example { get; init; }

    /// <summary>Whether it runs in a preview. Left out, it does not.</summary>
    public PreviewSupport Preview { get; init; }

    /// <summary>For one that stops in a preview: what it does to the world, to stand behind "It would": <c>send a request</c>. Null says that it would run.</summary>
    public string? Would { get; init; }

    /// <summary>The same in Chinese, to stand behind 将会; null shows <see cref="Would"/>.</summary>
    public string? WouldZh { get; init; }
}

/// <summary>The stages of a data workflow, in toolbox order.</summary>
public enum Stage
{
    Sample,
    Ingest,
    Clean,
    Quality,
    Feature,
    Train,
    Deploy,
    Score,
    Monitor,
    Inventory,
    Control,
}
