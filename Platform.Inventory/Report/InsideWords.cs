using Platform.Inventory.Classify;
using Platform.Workflows;

namespace Platform.Inventory.Report;

/// <summary>Says how many texts hold personal data, and what a text is there: a row, or one of the different texts.</summary>
internal static class InsideWords
{
    public static (string En, string Zh) Of(ColumnVerdict verdict, long values)
    {
        if (verdict.Inside.Count == 0)
            return ("found by form and checksum", "按格式与校验和识别");
        var kinds = verdict.Inside.OrderByDescending(kind => kind.Value).Select(kind => (Name: kind.Key.Replace('_', ' '), Share: kind.Value)).ToList();
        return verdict.InsideOf switch
        {
            InsideBasis.Rows => (FormattableString.Invariant($"{string.Join(", ", kinds.Select(kind => FormattableString.Invariant($"{kind.Name} in {kind.Share * values:N0}")))} of the {Plural.Of(values, "text")} ({Share(kinds[0].Share)})"),
                FormattableString.Invariant($"{values:N0} 个文本中：{string.Join("、", kinds.Select(kind => FormattableString.Invariant($"{kind.Name} {kind.Share * values:N0} 个")))}（{Share(kinds[0].Share)}）")),
            InsideBasis.AboutRows => ($"{string.Join(", ", kinds.Select(kind => $"{kind.Name} in about {Share(kind.Share)}"))} of the texts", $"约占文本：{string.Join("、", kinds.Select(kind => $"{kind.Name} {Share(kind.Share)}"))}"),
            _ => ($"{string.Join(", ", kinds.Select(kind => $"{kind.Name} in {Share(kind.Share)}"))} of the different texts looked at; many of them repeat", $"占所查不同文本：{string.Join("、", kinds.Select(kind => $"{kind.Name} {Share(kind.Share)}"))}；文本多有重复"),
        };
    }

    private static string Share(double share) => share is > 0 and < 0.0005 ? "less than 0.1 %" : FormattableString.Invariant($"{share:P1}");
}
