namespace Platform.Tables.Log;

/// <summary>Which tables this program may read and write (protocol section "Table Features").</summary>
internal static class ReaderProtocol
{
    private const int NewestReader = 3;
    private const int NewestWriter = 2;

    private static readonly HashSet<string> ReaderFeatures = new(StringComparer.Ordinal)
    {
        "columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck", "appendOnly", "invariants",
    };

    /// <exception cref="UnsupportedTableException">Names the first feature that we do not know.</exception>
    public static void Check(string tableFolder, Protocol protocol)
    {
        if (protocol.MinReaderVersion is < 1 or > NewestReader)
            throw new UnsupportedTableException($"reader version {protocol.MinReaderVersion}", $"Table '{tableFolder}' needs reader version {protocol.MinReaderVersion} of the Delta protocol; this program knows 1 to {NewestReader}.");
        if (protocol.ReaderFeatures.FirstOrDefault(feature => !ReaderFeatures.Contains(feature)) is { } unknown)
            throw new UnsupportedTableException(unknown, $"Table '{tableFolder}' uses the Delta feature '{unknown}', which this program cannot read.");
    }

    /// <exception cref="UnsupportedTableException">Names what we cannot keep while writing.</exception>
    public static void CheckWritable(Snapshot snapshot, bool removesData)
    {
        var protocol = snapshot.Protocol;
        if (protocol.MinWriterVersion > NewestWriter || protocol.MinReaderVersion > 1)
        {
            var feature = protocol.WriterFeatures.Concat(protocol.ReaderFeatures).FirstOrDefault() ?? $"writer version {protocol.MinWriterVersion}";
            throw new UnsupportedTableException(feature, $"Table '{snapshot.TableFolder}' needs writer version {protocol.MinWriterVersion} of the Delta protocol ('{feature}'); this program writes version {NewestWriter}.");
        }
        if (snapshot.Schema.Fields.FirstOrDefault(field => field.Metadata?.ContainsKey("delta.invariants") == true) is { } invariant)
            throw new UnsupportedTableException("invariants", $"Column '{invariant.Name}' of table '{snapshot.TableFolder}' has an invariant, which this program cannot check. Remove it, or write with the program that set it.");
        if (removesData && snapshot.Metadata.Configuration.GetValueOrDefault("delta.appendOnly") == "true")
            throw new TableException($"Table '{snapshot.TableFolder}' only takes appended rows (delta.appendOnly). Write with mode append, or change the property.");
    }
}
