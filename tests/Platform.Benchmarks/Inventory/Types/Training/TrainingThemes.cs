namespace Platform.Benchmarks.Inventory.Types.Training;

/// <summary>
/// Words of many fields of life, so that the model learns that a capitalised word need be no family, no town and no brand: it is one where a dictionary, a
/// form or the column's name says so.
/// </summary>
internal static class TrainingThemes
{
    private static readonly string[][] Themes =
    [
        Make.Words("Robin|Sparrow|Blackbird|Kingfisher|Heron|Mallard|Osprey|Falcon|Magpie|Nightingale|Swallow|Starling|Barn Owl|Great Tit|House Martin|Sea Eagle|Common Gull|Grey Wagtail|Song Thrush|Cormorant"),
        Make.Words("Oak|Beech|Silver Birch|Norway Spruce|Larch|Hornbeam|Sycamore|Rowan|Hazel|Black Pine|Juniper|Yew|Alder|Field Maple|Horse Chestnut|Aspen|Red Cedar|Sequoia|Wild Cherry|Hawthorn"),
        Make.Words("Quercus robur|Fagus sylvatica|Betula pendula|Picea abies|Canis lupus|Vulpes vulpes|Ursus arctos|Felis catus|Turdus merula|Rana temporaria|Bombus terrestris|Apis mellifera|Salmo trutta|Equus caballus|Lutra lutra|Bufo bufo"),
        Make.Words("Lactobacillus|Clostridium|Bacillus|Candida|Aspergillus|Penicillium|Vibrio|Listeria|Salmonella|Pseudomonas|Helicobacter|Borrelia|Neisseria|Mycobacterium|Klebsiella|Enterococcus"),
        Make.Words("Hydrogen|Helium|Lithium|Carbon|Nitrogen|Oxygen|Neon|Sodium|Magnesium|Silicon|Sulfur|Chlorine|Argon|Calcium|Iron|Copper|Zinc|Silver|Tin|Iodine|Gold|Mercury|Lead|Uranium"),
        Make.Words("Granite|Basalt|Limestone|Sandstone|Marble|Slate|Gneiss|Shale|Obsidian|Pumice|Quartzite|Dolomite|Chalk|Schist|Travertine"),
        Make.Words("Football|Handball|Rowing|Fencing|Judo|Archery|Curling|Biathlon|Ice Hockey|Table Tennis|Water Polo|Figure Skating|Long Jump|Pole Vault|Modern Pentathlon|Sailing|Badminton|Cricket"),
        Make.Words("City Rovers|Athletic Club|Real Union|Sporting Lions|United Rangers|FC Borussia|Dynamo Eagles|Harbour Wanderers|Red Bulls|River Plate|Racing Sharks|Inter Stars|Spartak Tigers|AC Torino|Young Boys"),
        Make.Words("Violin|Cello|Trumpet|Oboe|Clarinet|Harp|Timpani|Bassoon|French Horn|Piano|Double Bass|Saxophone|Mandolin|Accordion|Xylophone|Flute"),
        Make.Words("Drama|Comedy|Thriller|Documentary|Western|Film Noir|Science Fiction|Musical|Horror|Fantasy|Romance|War|Crime|Animation|Black Comedy|Adventure"),
        Make.Words("rain|sun|fog|snow|drizzle|hail|thunderstorm|cloudy|overcast|windy|clear|mist|sleet|freezing rain|gale"),
        Make.Words("Day|Night|Dawn|Dusk|Morning|Noon|Evening|Midnight|Early|Late|Peak|Off-peak"),
        Make.Words("left|right|top|bottom|front|rear|inner|outer|upper|lower|north|south|east|west|center|none"),
        Make.Words("Climb|Approach|Landing Roll|Take-off run|Taxi|Descent|Cruise|Parked|En Route|Final|Go around"),
        Make.Words("bread|cheese|butter|milk|coffee|green tea|lentils|olive oil|honey|rice|pasta|tomatoes|spinach|salmon|chicken breast|oat flakes|dark chocolate|apple juice"),
        Make.Words("thai|italian|sushi|vegan|bakery|steakhouse|pizzeria|seafood|tapas|burgers|noodles|ice cream|wine bar|brunch|indian|mexican|korean bbq"),
        Make.Words("Gouda|Brie|Cheddar|Parmesan|Feta|Gruyere|Emmental|Roquefort|Manchego|Ricotta|Camembert|Mozzarella|Halloumi|Stilton"),
        Make.Words("Agriculture|Mining|Construction|Manufacturing|Utilities|Wholesale Trade|Retail Trade|Transportation|Information|Finance|Real Estate|Professional Services|Education|Health Care|Hospitality|Government"),
        Make.Words("Department of Education|Ministry of Finance|Office of Management|Bureau of Statistics|Federal Reserve|National Park Service|Coast Guard|Board of Trade|Agency for Energy|Council of Ministers|Environmental Protection Agency|Central Bank"),
        Make.Words("Coal|Natural Gas|Wind|Solar|Hydro|Nuclear|Biomass|Geothermal|Oil|Tidal|Fossil Fuels|Renewables"),
        Make.Words("Flood|Drought|Earthquake|Landslide|Wildfire|Volcanic activity|Storm|Heat wave|Epidemic|Avalanche|Hurricane|Tsunami"),
        Make.Words("Math|History|Biology|Chemistry|Physics|Geography|Literature|Philosophy|Economics|Computer Science|Fine Arts|Physical Education|Linguistics"),
        Make.Words("Triangle|Circle|Square|Hexagon|Cube|Sphere|Cylinder|Cone|Ellipse|Pentagon|Torus|Prism"),
        Make.Words("Aspirin|Ibuprofen|Metformin|Atorvastatin|Lisinopril|Amoxicillin|Omeprazole|Losartan|Warfarin|Prednisone|Codeine|Insulin|Albuterol|Simvastatin"),
        Make.Words("Fracture|Asthma|Diabetes|Pneumonia|Migraine|Hypertension|Anemia|Arthritis|Bronchitis|Influenza|Sepsis|Stroke|Eczema"),
        Make.Words("Sedan|Hatchback|Estate|Convertible|Pickup|Minivan|Coupe|Roadster|Crossover|Limousine|Van|Truck|Tractor|Moped"),
        Make.Words("Boeing 737|Airbus A320|Cessna 172|B-747-400|DC-10|Embraer 190|Learjet 45|ATR 72|MD-80|Saab 340|CRJ-200|Gulfstream V"),
        Make.Words("chevrolet impala|ford fiesta|toyota corolla|fiat 124b|volvo 245|audi 100 ls|buick skylark|honda civic|datsun 210|opel manta|saab 99e|mazda rx3"),
        Make.Words("Protestant|Catholic|Orthodox|Muslim|Hindu|Buddhist|Jewish|None|Other"),
        Make.Words("Liberal|Conservative|Green|Labour|Independent|DEM|REP|IND|OTH|Social Democrats|Republican|Democrat"),
        Make.Words("Asian|White|Hispanic|Pacific Islander|Latino|Native|Mixed|Other|Caucasian"),
        Make.Words("single|married|divorced|widowed|separated|never married"),
        Make.Words("Setosa|Versicolor|Adelie|Gentoo|Manchuria|Svansota|Merlot|Riesling|Shiraz|Arabica|Robusta|Cavendish|Golden Delicious|Gala|Fuji"),
        Make.Words("Encoder|Parser|Scheduler|Renderer|Tokenizer|Cache|Dispatcher|Visitor|TreeMap|HashTable|xor|sqrt|toString|LinkedList|EventLoop|Matrix"),
        Make.Words("type|features|objects|arcs|bbox|metadata|crs|transform|geometry|properties|width|height|values|links|nodes|children"),
        Make.Words("Mercury|Venus|Earth|Mars|Jupiter|Saturn|Uranus|Neptune|Pluto|Ceres|Titan|Europa|Ganymede|Io"),
        Make.Words("Waltz|Tango|Foxtrot|Salsa|Rumba|Polka|Mazurka|Flamenco|Quickstep|Bolero|Samba"),
        Make.Words("The Godfather|Jaws|Alien|Rocky II|Heat|Vertigo|Casablanca|Psycho|Blade Runner|Rear Window|Goodfellas|The Sting|Platoon|Amadeus|Gandhi|Chinatown"),
        Make.Words("Original Screenplay|Based on Book|Remake|Based on TV|Spin-Off|Based on Play|Based on Real Life Events|Traditional Legend"),
        Make.Words("Paper|Glass|Plastic|Organic waste|Scrap metal|Textiles|Batteries|Hazardous|Bulky"),
        Make.Words("苹果|香蕉|牛肉|大米|面粉|白菜|鸡蛋|豆腐|茶叶|花生|玉米|土豆|西红柿|黄瓜"),
        Make.Words("晴|多云|阴|小雨|中雨|大雨|雷阵雨|小雪|大雪|雾|霾|沙尘"),
        Make.Words("语文|数学|英语|物理|化学|生物|历史|地理|政治|音乐|体育|美术"),
        Make.Words("研发部|市场部|销售部|财务部|人事部|行政部|客服部|采购部|仓储部|法务部"),
    ];

    private const string Names = "species|site|variety|island|genre|source|entity|series|region_name|party|affiliation|race|team|home_team|symptom|drug|material|fuel|weather|side|position|level_name|sector|industry|agency|bureau|instrument|sport|origin|key|name|kind|program|subject|breed|crop|common_name|scientific_name|habitat|ethnicity|religion|species_name|unit|model|class_name|zone|condition|cause|科目|部门|天气|品种|行业";

    public static readonly Recipe[] All =
    [
        // Few words again and again.
        new("category", Names, [random => { var few = random.GetItems(random.Pick(Themes), random.Next(2, 12)); return () => random.Pick(few); }, random => { var few = random.GetItems(random.Pick(Themes), random.Next(2, 8)).Select(word => word.ToUpperInvariant()).ToArray(); return () => random.Pick(few); }, random => { var few = random.GetItems(random.Pick(Themes), random.Next(2, 10)).Select(word => word.ToLowerInvariant().Replace(' ', '_')).ToArray(); return () => random.Pick(few); }], 12),
        // Many names of things.
        new("title", Names + "|title|label_name|item", [random => { var theme = random.Pick(Themes); return () => random.Pick(theme); }, random => { var a = random.Pick(Themes); var b = random.Pick(Themes); return () => $"{random.Pick(a)} {random.Pick(b)}"; }, random => { var a = random.Pick(Themes); return () => $"{random.Pick(a)} {random.Next(1, 40)}"; }]),
        // Numbers of a thing that is no money, id or place.
        new("measure", "population|deaths|votes|miles|wages|trade|construction|government|services|manufacturing|yield|horsepower|displacement|wind|temp|precipitation|x|y|cx|dir|high|low|open|close|volume_index|fertility|life_expect|income_index|acceleration|beak_length|cases|visitors|goals|army_size|saturation|energy|production|exports|output|人口|产量|降水", [random => { var top = random.Log(50, 5e7); return () => $"{random.Log(top / 200, top):0}"; }, random => { var centre = random.Log(5, 50_000); var spread = centre * random.Log(0.02, 0.4); return () => $"{random.Normal(centre, spread):0}"; }, random => { var centre = random.Log(1, 2_000); var places = random.Next(1, 7); return () => random.Normal(centre, centre / 4).Text("F" + places); }, random => { var spread = random.Log(0.1, 500); return () => random.Normal(0, spread).Text("F2"); }, random => { var top = random.Log(5e3, 5e8); return () => random.Chance(0.3) ? "0" : random.Log(top / 1000, top).Text("#,##0"); }]),
    ];
}
