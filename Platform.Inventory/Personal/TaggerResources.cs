namespace Platform.Inventory.Personal;

/// <summary>The weights that the build carries, and what their margins mean.</summary>
internal static class TaggerResources
{
    public static TaggerFile Read(string name)
    {
        using var stream = typeof(TaggerResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The weights '{name}' are not in this build. Build Platform.Inventory again with its resources.");
        return TaggerFile.Read(stream);
    }

    public static PersonalKind KindOf(string label)
    {
        foreach (var kind in Enum.GetValues<PersonalKind>())
        {
            if (PersonalKinds.NameOf(kind) == label)
                return kind;
        }

        throw new InvalidDataException($"A tagger's weights name the kind '{label}', which this build does not know. Build it again.");
    }

    /// <summary>What is taken from "outside" so that spans from a confidence of <paramref name="least"/> on come out; 0 for a half.</summary>
    public static short Bias(LinearTagger tagger, double least)
    {
        least = Math.Clamp(least, 0.05, 0.5);
        return (short)Math.Clamp(Math.Log((1 - least) / least) / tagger.Sharpness, 0, 8_000);
    }

    /// <summary>How sure a margin is, the bias taken back.</summary>
    public static double Confidence(LinearTagger tagger, short margin, double least)
        => Math.Round(1 / (1 + Math.Exp(-tagger.Sharpness * (margin - Bias(tagger, least)))), 3);
}
