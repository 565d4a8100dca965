using System.Reflection;
using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>Everything that the designer, the validator and the worker know of an activity.</summary>
public sealed record ActivityDescriptor
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public string? TitleZh { get; init; }

    public required string Help { get; init; }

    public string? HelpZh { get; init; }

    public required Stage Stage { get; init; }

    public required string Icon { get; init; }

    /// <summary>A short YAML example of <c>with:</c>.</summary>
    public required string Example { get; init; }

    /// <summary>Inputs in the order of the class's properties.</summary>
    public required IReadOnlyList<FieldDescriptor> Fields { get; init; }

    /// <summary>Outputs in the order of the record's properties; empty where they vary.</summary>
    public required IReadOnlyList<OutputDescriptor> Outputs { get; init; }

    /// <summary>Whether it brings data in from outside, and needs nothing of the tasks before it.</summary>
    public bool IsSource => Stage is Stage.Sample or Stage.Ingest;

    /// <summary>Whether it runs in a preview; <see cref="PreviewSupport.Undecided"/> does not.</summary>
    public PreviewSupport Preview { get; init; }

    /// <summary>What it would do where it stops in a preview, to stand behind "It would"; null says that it would run.</summary>
    public string? Would { get; init; }

    /// <summary>The same in Chinese.</summary>
    public string? WouldZh { get; init; }

    /// <summary>The class.</summary>
    public required Type Type { get; init; }

    /// <summary>Name of the assembly that brought it, for the help page.</summary>
    public required string Source { get; init; }
}

/// <summary>An input of an activity.</summary>
public sealed record FieldDescriptor
{
    /// <summary>Its YAML name, snake_case.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    public string? TitleZh { get; init; }

    public string? Help { get; init; }

    public string? HelpZh { get; init; }

    /// <summary>Never <see cref="FieldKind.Auto"/>.</summary>
    public required FieldKind Kind { get; init; }

    public required bool Required { get; init; }

    /// <summary>The default as JSON; null where there is none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The only values allowed; empty allows all of the kind.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Smallest value; null is none.</summary>
    public double? Min { get; init; }

    /// <summary>Largest value; null is none.</summary>
    public double? Max { get; init; }

    public string? Example { get; init; }

    public bool NotEmpty { get; init; }

    public TableUse TableUse { get; init; }

    public ColumnNeed Needs { get; init; }

    /// <summary>In a record: the choices of its first field with which this one counts; null counts with each.</summary>
    public IReadOnlyList<string>? For { get; init; }

    /// <summary>For lists and maps of records: the fields of one element; empty otherwise.</summary>
    public IReadOnlyList<FieldDescriptor> ElementFields { get; init; } = [];

    /// <summary>The property's type.</summary>
    public required Type Type { get; init; }

    /// <summary>The property itself; null where the descriptor was made by hand.</summary>
    internal PropertyInfo? Property { get; init; }
}

/// <summary>An output of an activity.</summary>
/// <param name="Name">Its name in templates, snake_case.</param>
/// <param name="Kind">Its JSON kind: text, integer, number, boolean, list, object.</param>
/// <param name="Help">Meaning and unit; null where the name says it.</param>
public sealed record OutputDescriptor(string Name, string Kind, string? Help);
