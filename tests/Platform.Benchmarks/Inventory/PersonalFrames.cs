namespace Platform.Benchmarks.Inventory;

/// <summary>Sentences with places for personal data, written for training; <see cref="PersonalSentences"/> fills them.</summary>
internal static class PersonalFrames
{
    /// <summary>One a line; <c>\n</c> is a new line.</summary>
    public static IReadOnlyList<string> All { get; } = """
        Hello, my name is {name} and I would like to close my account.
        I am {name}, calling from {org} about the invoice.
        Hi {first}, thanks for getting back to me so quickly.
        Dear {honor} {last},\nthank you for your letter of {date}.
        Dear {first},\n\nI hope this finds you well.\n\nBest regards,\n{name}
        Kind regards,\n{name}\n{job}, {org}
        Can you put me through to {honor} {name} please?
        The account is in the name of {name}, not {name}.
        My husband {first} and I moved to {city} in {year}.
        {name} was born in {city}, {country} on {date}.
        {name} (born {date}) is a {nrp} actor and singer.
        {name}, {age}, of {city}, was arrested on {day}.
        A {age}-year-old man from {city} won the lottery.
        She is {age} years old and works as a {job}.
        He was {age} when {name} left {org}.
        My daughter is turning {age} next {day}.
        I will be {age} in March and want to retire at {age}.
        Patient {name}, aged {age}, presented with chest pain.
        The patient is a {age} y/o woman from {country}.
        At the age of {age}, {last} joined {org}.
        I'm {age} and I still live with my parents.
        {name} told reporters on {day} that {org} would not pay.
        {org} announced on {date} that {name} will become its new {job}.
        {org} and {org} agreed to merge, said {name}, {job} at {org}.
        Shares of {org} fell after {name} resigned.
        The {nrp} company {org} opened an office in {city}.
        {org} is headquartered in {city}, {country}.
        I have been working for {org} since {year}.
        Founded in {year}, {org} sells software to banks.
        I bought it from {org} and it broke within a week.
        Has anyone here ever worked with {org}?
        {name} of {org} called again about the delivery.
        We met {name} from {org} and {name} from {org} at the fair in {city}.
        The {org} building was sold in {year}.
        According to {name}, the {job}, prices will rise.
        "I never said that," {name} said.
        "We are proud of this," said {name}, {job} of {org}.
        {name}: where were you last night?\n{name}: At home, {first}.
        {name}: Come in!\n{name}: Thank you, {first}. Is {first} here?
        Starring {name}, {name} and {name}.
        Written by {name}
        Directed by: {name}\nCast: {name}, {name}, {name}
        Music by {name}, lyrics by {name}.
        The album was produced by {name} in {city}.
        {last}'s new novel is set in {city} in the summer of {year}.
        I love the way {first} sings this song.
        This song reminds me of {name}.
        Nobody plays the guitar like {name} does.
        Is {name} still touring with {name}?
        I saw {name} live in {city} back in {year}.
        {first} is such a good friend, I can always call her.
        Tell {first} that I said hello.
        Where is {first}?
        Who is {name}?
        What does {last} want from us?
        I think {first} and {first} broke up.
        Have you seen {first} lately? He looks tired.
        My boss {name} says that I should not worry.
        {first}'s brother lives in {city}.
        {name}'s lawyer denied the claim.
        The {last} family moved to {country} many years ago.
        {last}, {first}
        {last}, {first} {initial}.
        Name: {name}
        Name: {name}\nPhone: {phone}\nEmail: {email}
        Customer: {name}\nAddress: {address}\nPhone: {phone}
        Name: {name}, address: {address}, telephone {phone}
        Full name: {name}\nDate of birth: {date}\nNationality: {nrp}
        Contact: {name}, {job}\nTel. {phone}\nFax {phone}
        First name: {first}\nLast name: {last}
        {name}\n{job}\n{org}\n{phone}\n{email}\n{url}
        {name}\n{street}\n{city}\n{country}
        {name}\n{org}\n{street}\n{unit}\n{city}, {state} {zip}
        {name}\n\n{house} {street}\n {unit}\n {city}\n {country} {zip}
        {street} {unit}\n{city}\n{zip}
        {house} {street}\n{unit}\n{cityup}\n{country} {zip}
        Ship to: {name}\n  {street}\n  {city}\n  {zip}
        Billing address:\n{name}\n{street}\n{zip} {city}\n{country}
        Deliver to {name}, {address}
        Please send the parcel to {address}.
        Can you change my address to {address}?
        My new address is {address}
        I live at {address}.
        We used to live at {street} in {city}, but moved to {street}.
        The office of {org} is at {address}.
        Our shop at {street} is open until six.
        The accident happened on {street} near {city}.
        I work on {street}, close to the station in {city}.
        Turn left into {street} and stop at number {house}.
        He lives at {street}, {unit}, {city}.
        She grew up on {streetname} in {city}.
        There was a fire at the corner of {streetname} and {streetname}.
        My address is {street}, {city}, {zip}, {country}.
        Mail it to PO Box {house}, {city}.
        Please use this address from now on:\n{address}
        Return address: {address}
        Meet us at {street} tomorrow at noon.
        {street}, {unit}, {cityup}
        {name} lives in {street} {unit}, {city}
        My zip code is {zip}.
        What is the postal code of {city}? I think it is {zip}.
        zip {zip}
        The postcode on file, {zip}, is wrong.
        I am from {country}.
        I'm originally from {city} but live in {country} now.
        We are flying to {city} on {day}.
        {country} is beautiful in spring.
        {city} is the capital of {country}.
        The weather in {city} is awful this week.
        I had a great time in {city}!
        They travelled through {country}, {country} and {country}.
        My card was declined in {country}.
        I am on holiday in {city} and lost my wallet.
        How far is it from {city} to {city}?
        The president of {country} visited {city} on {date}.
        The University of {city} was founded in {year}.
        Northern {country} was hit by a storm on {day}.
        Ambassadors of {country} and {country} met in {city}.
        Welcome to {city}
        {city}, {country}
        {cityup} is closed today.
        Is the {city} branch open on {day}?
        I don't speak {nrp}.
        She married a {nrp} man.
        The {nrp} government refused to comment.
        {nrp} food is my favourite.
        We had dinner at a {nrp} restaurant in {city}.
        My grandparents were {nrp}.
        The {nrp} people elected a new parliament in {year}.
        Most of the {nrps} here vote.
        Are you {nrp}?
        He is half {nrp}, half {nrp}.
        A {nrp} tourist was found on {day}.
        The {nrp} singer {name} performs in {city}.
        {name} teaches {nrp} at the University of {city}.
        It happened in {year}.
        The war began in {year} and ended in {year}.
        The meeting was moved to {date}.
        It has been like this since {date}.
        My appointment is on {date}.
        Between {year} and {year} sales doubled.
        On {date}, the court ruled against {org}.
        See you on {day}!
        My birthday is {date}.
        I was born on {date} in {city}.
        The contract of {date} ends on {date}.
        Last updated: {date}
        My phone number is {phone}
        Call me on {phone}.
        You can reach me at {phone} or {email}.
        Please call {name} at {phone}.
        Phone: {phone}
        Tel: {phone}, Fax: {phone}
        {phone} is my new number.
        I changed my number from {phone} to {phone}.
        Text {first} at {phone} when you arrive.
        His mobile is {phone}, office {phone}.
        My email is {email}.
        Write to {email} please.
        Is {email} the address that you have on file?
        {name} <{email}>
        Visit our website {url} for more.
        I found it on {url}
        {url} does not work for me.
        My card number is {card}.
        The card {card} was stolen.
        Please block card {card} at once.
        Charge it to {card}, it expires in May.
        I got a new credit card, {card}, and need a pin.
        What is the balance of {card}?
        Credit card: {card}
        My old card ending soon is {card}, can you renew it?
        Please transfer 200 euros to {iban}.
        My IBAN is {iban}
        Is it free to send money to {iban}?
        IBAN: {iban}, account holder {name}
        I want to move my savings from {iban} to {iban}
        My social security number is {ssn}
        SSN: {ssn}
        ssn {ssn}, born {date}
        Is {ssn} a valid social security number?
        The server {ip} is down.
        I logged in from {ip} yesterday.
        Requests from {ip} are blocked.
        IP address: {ip}
        My driver's license is {dl}
        Driver license number {dl}, issued in {state}
        The licence {dl} has expired.
        I work as a {job}.
        She is a {job} at {org}.
        We are looking for a {job} in {city}.
        {name}, {job}
        {name} is the {job} of {org}.
        {name} became {job} of {org} in {year}.
        Please address me as {honor} {last}.
        Thank you, {honor} {last}!
        {honor} {name} is my teacher.
        Good morning {honor} {last}, how are you?
        The name on the card should be {honor} {name}
        Is {honor} {last} in the office on {day}?
        I ordered two and {first} ordered one.
        The {year} edition was better than the {year} one.
        Great product, {first} from support was very helpful.
        {first} helped me with my order and was so kind.
        Delivered by {name} on {day}, thanks!
        Since {name} took over {org}, service got worse.
        {first} {last} RIP
        RT {first}: so happy today
        happy birthday {lower}!
        ask {lower} about it
        is {lower} coming to the party?
        i met {lower} in {city} and we talked for hours
        {lower} is my favourite singer
        As {name} put it, no news is good news.
        In {year}, {name} published a paper on the subject with {name}.
        {name} and {name} were married in {city} in {year}.
        {name} attended the University of {city} and later worked at {org}.
        {name} lives in {city}, {country}, with his wife {first} and two children.
        Police in {city} say {name}, {age}, was last seen on {streetname}.
        The film tells the story of {first}, a {age} year old {job} from {city}.
        Thanks to {name}, {name}, and everyone at {org}.
        {org}'s {name} and {org}'s {name} spoke at the conference.
        Order {number} was late and the box was damaged.
        Where is my order {number}?
        Item {number} is out of stock, reference {number}.
        It costs ${number} or {number} euros.
        I paid {number} for size {number} and got {number} instead.
        Ticket #{number} was closed.
        Version {number}.{number} is {number} MB.
        The code is {number}, please enter it within {number} minutes.
        We need {number} pieces of part {code}.
        Error {code} in line {number}.
        Invoice {code} of {date} is not paid.
        My booking reference is {code}.
        {number} people liked this.
        Chapter {number}, page {number}
        I weigh {number} lbs and am {number} inches tall.
        Article {number} of the law says so.
        {country} was cold and wet.
        {city} was lovely.
        {country} won the cup in {year}.
        {city} has two airports.
        {first} was late again.
        {first} is late
        {name} was here.
        {name} died on {date} in {city}.
        {last} scored twice for {city}.
        {org} was hacked.
        {org} is hiring.
        {org} sucks
        {first}: hello\n{first}: hi, who is this?
        {first}: Why did you do it, {first}?
        {first}: I do not know.\n{first}: Then ask {first}.\n{first}: Fine.
        The {last} brothers opened a shop.
        The {last} report was never published.
        The old {last} house burned down.
        A {last} song was on the radio.
        Another {last} film, another bad ending.
        Every {last} fan knows that.
        I like the {last} version better than the one by {name}.
        I work for {org}.
        I work at {org} in {city}
        My employer is {org}.
        My old job at {org} was better paid.
        The address of {org} is {address}
        The offices of {org} are located at {address}
        You find us at {address}
        Please drive to {address}
        I need a taxi to {address} at noon.
        I'd like a pizza delivered to {address}
        Send the bill to {address}, not to {address}.
        We moved from {address} to {address}.
        Come to {address} and ring twice.
        {address}
        The house at {address} is for sale.
        They live on the corner of {street} and {streetname}.
        The parade goes down {streetname} and up {streetname}.
        {streetname} is closed for repairs.
        Stop sending messages to {phone}
        Remove {phone} from your list.
        {phone} keeps calling me
        Is {phone} your number?
        My number: {phone}
        I'm {nrp} but I was born in {country}.
        I am {nrp}
        We are {nrps}.
        The {nrps} won again.
        A group of {nrps} crossed the border to {country}.
        the {nrp} army, the {nrp} navy and the {nrp} police
        Translated from the {nrp} by {name}
        {name}, the {job}, said: "We will see."
        {name}, a {job} from {city}, agreed.
        {name} ({age}) and {name} ({age})
        Action & Adventure, Drama, Horror
        Comedy, Romance, Science Fiction & Fantasy
        Documentary, Musical & Performing Arts\nWritten By: {name}
        Genre: Crime, Thriller\nIn Theaters: {date}\nDirected By: {name}
        I just finished "The Last Summer" and "Big Little Secrets" by {name}.
        Her book, The Girl Who Could Fly, is set in {city}.
        Terms and Conditions
        Frequently Asked Questions
        Great Product, Fast Shipping
        How To Cook Rice
        Best Album Ever
        The Second World War, the Cold War and the Civil Rights Movement
        Under the Treaty of {city} of {year}
        Her first album, Night And Day, came out in {year}.
        Song of the Year, Record of the Year, Best New Artist
        Excuse me, sir, I have a question.
        OMG this is SO good!!! LOVE IT
        WHAT A GAME
        This is an Android phone with WiFi and USB.
        Merry Christmas and a Happy New Year!
        Read the FAQ on our Help page, or open the Settings menu.
        The Times called it a masterpiece. The Guardian did not.
        Chief Executive Officer
        The committee: {name} ({org}), {name} ({org}), {name} ({org}).
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Replace("\\n", "\n", StringComparison.Ordinal)).ToList();

    /// <summary>Adjectives of countries, peoples, religions.</summary>
    public static IReadOnlyList<string> Nations { get; } = """
        American British English Scottish Welsh Irish French German Italian Spanish Portuguese Dutch Belgian Swiss Austrian Swedish Norwegian Danish Finnish Icelandic Polish Czech Slovak Slovenian Croatian Serbian Bosnian Bulgarian Romanian
        Hungarian Greek Turkish Cypriot Maltese Russian Ukrainian Belarusian Lithuanian Latvian Estonian Georgian Armenian Azerbaijani Kazakh Uzbek Turkmen Kyrgyz Tajik Afghan Pakistani Indian Bangladeshi Nepalese Bhutanese Burmese Thai Laotian
        Cambodian Vietnamese Malaysian Indonesian Filipino Singaporean Chinese Taiwanese Tibetan Mongolian Korean Japanese Australian Canadian Mexican Guatemalan Honduran Salvadoran Nicaraguan Panamanian Cuban Jamaican Haitian Dominican Belizean
        Colombian Venezuelan Ecuadorian Peruvian Bolivian Chilean Argentine Argentinian Uruguayan Paraguayan Brazilian Moroccan Algerian Tunisian Libyan Egyptian Sudanese Ethiopian Eritrean Somali Kenyan Ugandan Tanzanian Rwandan Congolese Angolan
        Zambian Zimbabwean Namibian Nigerian Ghanaian Senegalese Cameroonian Malian Syrian Lebanese Jordanian Iraqi Iranian Persian Saudi Yemeni Omani Emirati Kuwaiti Qatari Bahraini Israeli Palestinian Kurdish Arab Jewish Muslim Christian
        Catholic Protestant Buddhist Hindu Sikh Orthodox Sunni Shia African Asian European Hispanic Latino Caucasian Chechen Greenlander Albanian Macedonian Montenegrin Kosovan Moldovan Basque Catalan Flemish Republican Democrat
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
