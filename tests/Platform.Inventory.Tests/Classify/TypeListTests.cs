using Platform.Inventory.Classify;

namespace Platform.Inventory.Tests.Classify;

/// <summary>The one list of types, and the checks of single values.</summary>
public class TypeListTests
{
    [Fact]
    public void Every_type_is_told_in_both_languages_and_its_general_one_is_there()
    {
        Assert.InRange(SemanticTypes.All.Count, 60, 120);
        Assert.Equal(SemanticTypes.All.Count, SemanticTypes.InOrder.Count);
        foreach (var type in SemanticTypes.InOrder)
        {
            Assert.All(new[] { type.Title, type.TitleZh, type.Help, type.HelpZh }, Assert.NotEmpty);
            Assert.Contains(type.TitleZh + type.HelpZh, c => ValueChecks.IsHan(c) || type.Name is "uuid" or "json" or "html");
            Assert.True(type.Parent is null || SemanticTypes.All.ContainsKey(type.Parent), type.Name);
            Assert.True(type.Domain is null or "user" or "product" or "behaviour" or "transaction" or "market" or "content", type.Name);
        }

        Assert.True(SemanticTypes.Judged.Count <= ColumnFeatures.NameTypes);
    }

    [Fact]
    public void The_model_in_the_program_fits_its_features_and_says_where_it_comes_from()
    {
        var head = TypeModel.Default.Head;
        Assert.Equal(SemanticTypes.Judged, head.Types);
        Assert.Equal(ColumnFeatures.Version, head.Features);
        Assert.Contains("generated", head.Provenance, StringComparison.Ordinal);
        Assert.Contains("types train", head.Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("91110108MA01A2B3C1", false)]
    [InlineData("91350100M000100Y43", true)]
    [InlineData("91350100M000100Y44", false)]
    [InlineData("2021", false)]
    public void A_social_credit_code_needs_its_check_character(string value, bool holds) => Assert.Equal(holds, CodeChecks.IsCreditCode(value));

    [Theory]
    [InlineData("DE123456789", true)]
    [InlineData("DE12345678", false)]
    [InlineData("NL123456789B01", true)]
    [InlineData("PRODUCT-1", false)]
    public void A_vat_number_has_the_form_of_its_state(string value, bool holds) => Assert.Equal(holds, CodeChecks.IsVat(value));

    [Theory]
    [InlineData("京A12345", true)]
    [InlineData("粤B·D12345", true)]
    [InlineData("京都A1234", false)]
    public void A_chinese_plate_begins_with_its_province(string value, bool holds) => Assert.Equal(holds, CodeChecks.IsChinesePlate(value));

    [Theory]
    [InlineData("490154203237518", true)]
    [InlineData("490154203237517", false)]
    public void A_device_number_holds_luhns_digit(string value, bool holds) => Assert.Equal(holds, CodeChecks.IsImei(value));

    [Theory]
    [InlineData("https://cdn.example.com/a/b.jpg?x=1", true)]
    [InlineData("https://example.com/page", false)]
    public void An_image_is_told_by_its_ending_or_folder(string value, bool holds) => Assert.Equal(holds, CodeChecks.IsImageUrl(value));

    [Fact]
    public void A_name_is_taken_apart_in_three_writings()
    {
        Assert.Equal(["customer", "id"], new ColumnName("CustomerID").Words);
        Assert.Equal(["user", "id"], new ColumnName("user_id:token").Words);
        Assert.True(new ColumnName("column3").IsUnnamed);
        Assert.True(new ColumnName("f12").IsUnnamed);
        foreach (var (name, type) in new[] { ("shouji_hao", "phone"), ("订单编号", "order_id"), ("cust_nm", "person_name"), ("dan_jia", "price"), ("zip", "postcode"), ("cust_no", "user_id") })
        {
            var suggested = new float[ColumnFeatures.NameTypes];
            NameWords.Suggest(new ColumnName(name), suggested);
            Assert.True(suggested[SemanticTypes.Judged.ToList().IndexOf(type)] > 0, name);
        }
    }

    [Fact]
    public void Calibration_rises_and_does_not_claim_certainty_from_few_answers()
    {
        var random = new Random(3);
        var answers = Enumerable.Range(0, 600).Select(_ => random.NextDouble()).Select(said => (said, random.NextDouble() < said * said)).ToList();
        var fitted = Calibration.Fit(answers);
        var last = 0.0;
        for (var said = 0.0; said <= 1; said += 0.01)
        {
            Assert.InRange(fitted.Of(said), last - 1e-9, 0.99);
            last = fitted.Of(said);
        }

        Assert.InRange(fitted.Of(0.5), 0.12, 0.42);
        Assert.True(Calibration.Fit([(0.9, true), (0.9, true)]).Of(0.9) <= 0.99);
        Assert.Equal(0.3, Calibration.Fit([]).Of(0.3), 3);
    }
}
