"""Function words by role, and endings: what tells the nouns of a language from its other words.

Used by :mod:`topics.text.nouns`. A language that is not listed has none but its stop words.
"""

from dataclasses import dataclass
from functools import lru_cache

from topics.text.lexicon import lower
from topics.text.words import function_words


class Role:
    """What a word tells of its neighbours; numbers, as those of an enumeration are slow to count."""

    BREAK, FUNCTION, DETERMINER, PREPOSITION, BEFORE_VERB, INFINITIVE, DEGREE, CONTENT = range(8)
    """A break is punctuation, or the edge of the text."""


@dataclass(frozen=True)
class Grammar:
    """The function words of a language by role, and the endings of its lemmas."""

    determiners: str = ""
    prepositions: str = ""
    before_verb: str = ""
    infinitive: str = ""
    degree: str = ""
    verbs: str = ""
    """Endings of infinitives."""
    adjectives: str = ""
    """Endings of adjectives, as lemmas."""
    endings: str = ""
    """Endings of adjectives, adverbs and verbs as they are written."""
    feminine: tuple[str, str] | None = None
    """The endings of the masculine, as in the dictionary, and of the feminine."""
    others: str = ""
    """Function words that the lists of stop words lack, and words for times and numbers."""
    modifiers: str = ""
    """Adjectives that nothing else tells, but parts of phrases and names: New York."""
    titles: str = ""
    """Words before the names of persons that are no part of them."""
    kind: str = "adjectives first"
    """Whether adjectives stand before nouns or after them; or "inflected": the language has no articles."""


_GRAMMARS = {
    "en": Grammar(
        "a an the this that these those my your his her its our their no any each every another whose what",
        "of in on at by for from with without into over under between against during among per via despite about "
        "through across within after before since",
        "i you he she we they who will would can could may might must should shall did does do don't didn't "
        "doesn't not won't can't couldn't wouldn't i'll we'll they'll you'll he'll she'll let's never cannot",
        "to",
        "very more most so too less least as quite how rather",
        titles="president minister secretary chancellor chairman leader boss spokesman spokeswoman coach captain "
        "sir striker director defender midfielder senator judge king queen prince princess",
        endings="ly ous ful ive ical able ible less ward",
        modifiers="first second third fourth fifth past left right key major joint top dead full best new old great",
        others="one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty "
        "ninety sixth seventh eighth ninth tenth ago away abroad inside outside twice example examples fact "
        "facts kind sort means sense reason reasons part parts others lots somebody nowadays altogether "
        "instead nearly amid week weeks month months year years day days today yesterday tomorrow tonight "
        "weekend per cent percent hundred thousand million millions billion billions trillion dozen number "
        "numbers amount time times way ways thing things lot said says say told added mr mrs ms",
    ),
    "de": Grammar(
        "der die das den dem des ein eine einen einem einer eines",
        others="Jahr Jahre Jahren Jahres Tag Tage Tagen Woche Wochen Monat Monate Monaten Prozent Million "
        "Millionen Milliarden Zahl Mal Ende Teil Zeit",
    ),
    "nl": Grammar(
        "de het een deze dit die dat mijn jouw zijn haar ons onze hun geen elk elke ieder iedere",
        "van in op bij voor uit met zonder over onder tussen tegen tijdens door naar na per aan",
        "ik jij je hij zij ze wij we zal zullen zou zouden kan kunnen kon konden mag moet moeten moest niet wil willen",
        "te",
        "zeer heel meer meest zo te erg",
        verbs="en",
        others="jaar jaren dag dagen week weken maand maanden procent miljoen miljard aantal keer tijd",
    ),
    "sv": Grammar(
        "en ett den det de denna detta dessa min din sin hans hennes vår vårt våra deras sitt sina ingen inget varje",
        "av i på vid för från med utan till över under mellan mot genom om inom hos bland efter före",
        "jag du han hon vi ni man ska skall skulle kan kunde må måste bör inte vill ville",
        "att",
        "mycket mer mest så för mindre",
        endings="igt ande ade iskt",
        others="år året åren dag dagar vecka veckor månad månader procent miljoner miljarder antal gång tid",
    ),
    "da": Grammar(
        "en et den det de denne dette disse min din sin hans hendes vores deres sit sine ingen intet hver",
        "af i på ved for fra med uden til over under mellem mod gennem om inden hos blandt efter før",
        "jeg du han hun vi man skal skulle kan kunne må måtte bør ikke vil ville",
        "at",
        "meget mere mest så mindre",
        endings="igt ende ede isk iske",
        others="år året dag dage uge uger måned måneder procent millioner milliarder antal gang tid",
    ),
    "es": Grammar(
        "el la los las un una unos unas este esta estos estas ese esa esos esas mi mis tu tus su sus nuestro "
        "nuestra nuestros nuestras cada ningún ninguna al del",
        "de en por para con sin sobre entre contra durante desde hacia según tras mediante",
        "yo tú él ella nosotros ellos ellas se no me te nos os lo les le puede pueden podía debe deben quien "
        "quienes que ha han había habían",
        degree="muy más menos tan bastante",
        verbs="ar er ir",
        endings="mente ando iendo",
        titles="presidente presidenta ministro ministra",
        feminine=("o", "a"),
        kind="adjectives last",
        others="año años día días semana semanas mes meses hoy ayer mañana ciento cien mil millón millones número "
        "vez veces tiempo parte forma manera ejemplo",
    ),
    "fr": Grammar(
        "le la les l un une ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs "
        "chaque aucun aucune au aux du des",
        "de d en par pour avec sans sur sous entre contre pendant depuis vers selon chez à dans",
        "je j tu il elle on nous vous ils elles se s ne n qui peut peuvent doit doivent pas a ont avait avaient",
        degree="très plus moins aussi si trop assez",
        verbs="er ir re oir",
        endings="ment ant",
        titles="président présidente ministre chancelier",
        feminine=("", "e"),
        kind="adjectives last",
        others="an ans année années jour jours semaine semaines mois aujourd hui hier cent mille million millions "
        "milliard milliards nombre fois temps partie façon exemple",
    ),
    "it": Grammar(
        "il lo la i gli le l un uno una questo questa questi queste quel quella quei quelle mio mia suo sua suoi "
        "sue loro nostro nostra ogni nessun nessuna al allo alla ai agli alle all del dello della dei degli delle "
        "dell dal dallo dalla dai dagli dalle dall nel nello nella nei negli nelle nell sul sullo sulla sui sugli "
        "sulle sull",
        "di da in per con senza su tra fra contro durante verso secondo a",
        "io tu lui lei noi voi si non mi ti ci vi che può possono deve devono chi ha hanno aveva avevano",
        degree="molto più meno così troppo",
        verbs="are ere ire rre",
        endings="mente ando endo",
        titles="presidente ministro",
        feminine=("o", "a"),
        kind="adjectives last",
        others="anno anni giorno giorni settimana settimane mese mesi oggi ieri cento mila milione milioni "
        "miliardo miliardi numero volta volte tempo parte modo esempio",
    ),
    "pt": Grammar(
        "o a os as um uma uns umas este esta estes estas esse essa esses essas meu minha seu sua seus suas nosso "
        "nossa cada nenhum nenhuma ao à aos às do da dos das no na nos nas pelo pela pelos pelas num numa",
        "de em por para com sem sobre entre contra durante desde até segundo após",
        "eu tu ele ela nós eles elas se não me te lhe que pode podem deve devem quem tem têm tinha",
        degree="muito mais menos tão bastante",
        verbs="ar er ir or",
        endings="mente ando endo indo",
        titles="presidente ministro",
        feminine=("o", "a"),
        kind="adjectives last",
        others="ano anos dia dias semana semanas mês meses hoje ontem cento cem mil milhão milhões número vez "
        "vezes tempo parte forma maneira exemplo",
    ),
    "ro": Grammar(
        "un o unui unei acest această acești aceste cel cea cei cele",
        "de în din la pe cu fără pentru prin despre între contra sub spre după",
        "eu tu el ea noi voi ei ele se nu să a au va vor poate pot care",
        degree="foarte mai atât",
        kind="adjectives last",
    ),
    "ru": Grammar(
        "этот эта это эти этого этой этих этому этим этом тот та те того той тех свой своя свое свои своего своей "
        "своих своему своим своём наш наша наше наши нашего нашей наших его её их мой моя мои твой каждый каждая "
        "каждое каждого каждой весь вся все всё всего всей всех всем другой другая другие другого другой других",
        kind="inflected",
        prepositions="в во на с со из к ко у о об от до по за под над при для без между через против около среди "
        "возле ради кроме благодаря",
        before_verb="я ты он она мы вы они не бы может могут можно нужно надо должен должны",
        degree="очень более самый самая самые так слишком",
        verbs="ать ять еть ить уть оть ыть ться чь чься ти тись",
        adjectives="ый кий гий хий ний ший щий чий жий ой",
        others="год года году годы годов лет день дня дней неделя недели недель месяц месяца месяцев сегодня "
        "вчера процент процента процентов тысяча тысячи тысяч миллион миллиона миллионов миллиард миллиарда "
        "миллиардов раз раза время времени число часть",
    ),
    "uk": Grammar(
        "цей ця це ці цього цієї цих цьому цим той та те ті того тієї тих свій своя своє свої свого своєї своїх "
        "своєму своїм своїй своєю наш наша наше наші нашого нашої наших ваш вашому його її їх мій моя мої кожен "
        "кожна кожне кожного кожної весь вся все всі всього всієї всіх усіх всій інший інша інші іншого іншої "
        "інших",
        kind="inflected",
        prepositions="в у на з із зі до від по за під над при для без між через проти про щодо біля завдяки "
        "поблизу окрім заради серед навколо",
        before_verb="я ти він вона ми ви вони не би може можуть можна треба",
        degree="дуже більш самий так надто найбільше набагато доволі достатньо настільки",
        others="рік року році роки років день дня днів тиждень тижня тижнів місяць місяця місяців сьогодні "
        "відсоток відсотка відсотків тисяча тисячі тисяч мільйон мільйона мільйонів мільярд мільярда мільярдів "
        "раз рази час часу число частина декілька декількох наприклад щось оскільки тобто проте тож також тощо "
        "водночас вперше зрештою принаймні перш щоби ніхто безпосередньо вдома вранці ввечері взимку влітку вчора "
        "додому насправді наприкінці заздалегідь незважаючи бути має мають",
        verbs="ти тися",
        adjectives="ий жній ній",
    ),
    "pl": Grammar(
        kind="inflected",
        prepositions="w we na z ze do od po za pod nad przy dla bez między przez przeciw o u",
        before_verb="ja ty on ona my wy oni nie by może mogą można trzeba się",
        degree="bardzo bardziej tak zbyt",
        verbs="ć c",
        adjectives="y i",
        others="rok roku lata lat dzień dnia dni tydzień tygodnia miesiąc miesiąca dziś wczoraj procent tysiąc "
        "tysięcy milion milionów miliard miliardów raz razy czas część",
    ),
    "cs": Grammar(
        kind="inflected",
        prepositions="v ve na z ze do od po za pod nad při pro bez mezi přes proti o u k ke s se",
        before_verb="já ty on ona my vy oni ne by může mohou lze",
        verbs="at it ět ovat nout st ct",
        adjectives="ý",
    ),
    "tr": Grammar(
        kind="inflected",
        determiners="bir bu şu o her hiçbir",
        endings="yor mak mek miş mış muş müş dı di du dü tı ti tu tü ken arak erek",
    ),
    "ko": Grammar(endings="다 요 고 며 면 서 게 지 는 은 한 할 된 될 인 하여 해 던 도록"),
}
_SAME = {"nb": "da", "no": "da", "nn": "da"}
_ROLES = (
    ("determiners", Role.DETERMINER),
    ("prepositions", Role.PREPOSITION),
    ("before_verb", Role.BEFORE_VERB),
    ("infinitive", Role.INFINITIVE),
    ("degree", Role.DEGREE),
)


@lru_cache
def grammar(language: str) -> Grammar:
    """What is known of a language; nothing of most."""
    return _GRAMMARS.get(_SAME.get(language, language), Grammar())


@lru_cache
def roles(language: str) -> dict[str, int]:
    """The role of each function word, in lower case."""
    known = grammar(language)
    others = {lower(word, language) for word in known.others.split()}
    found = dict.fromkeys(function_words(language) | others, Role.FUNCTION)
    for name, role in reversed(_ROLES):
        found |= dict.fromkeys(getattr(known, name).split(), role)
    return found
