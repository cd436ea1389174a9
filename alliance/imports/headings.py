"""The headings by which columns are recognised: English, French, Spanish, German and Arabic."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from alliance.imports.fields import folded_heading

# One field a line; the headings that mean it, parted by bars.
_ORGANISATION_HEADINGS = {
    "id": "id|organisation id|alliance id|directory id",
    "slug": "slug|address in the directory",
    "reference": "ref|reference|organisation ref|organisation reference|org ref|external"
    " id|record id|member number|member no|nr|no|number|key|code|row id",
    "name": "name|organisation|organisation name|org name|official name|member|member name|company|"
    "company name|institution|institution name|full name|title|name of organisation|entity|"
    "nom|nom de l organisation|raison sociale|denomination|organisme|membre|"
    "nombre|nombre de la organizacion|nombre de la organisacion|organizacion|organisacion|entidad|"
    "razon social|miembro|organisationsname|bezeichnung|firma|mitglied|name der organisation|"
    "الاسم|اسم المنظمة|المنظمة|اسم الجهة|الجهة|العضو|اسم العضو",
    "legal_name": "legal name|registered name",
    "acronym": "acronym|abbreviation|sigle|acronyme|sigla|siglas|abkurzung|kurzel|اختصار|الاختصار",
    "short_name": "short name|known as|nom court|nombre corto|kurzname|الاسم المختصر",
    "former_name": "former name|former names|previous name|previous names|formerly|old name|"
    "ancien nom|nombre anterior|fruherer name|ehemals|الاسم السابق",
    "latin_name": "latin name|name latin|name in latin letters|romanised name|transliterated name",
    "translations": "names in other languages",
    "trading_name": "trading name|trading as|trade name|dba|nom commercial|nombre comercial",
    "category": "category|type|organisation type|type of organisation|member type|kind|sector type|"
    "categorie|type d organisation|categoria|tipo|tipo de organizacion|tipo de organisacion|"
    "kategorie|art|الفئة|فئة|النوع|نوع المنظمة",
    "body_kind": "body kind|kind of body|body type|sub type|subtype|subcategory",
    "language": "language|working language|langue|idioma|sprache|اللغة",
    "country": "country|home country|country name|country code|headquarters country|hq"
    " country|nation|pays|pais|land|staat|الدولة|البلد|بلد المقر",
    "countries": "countries|countries of operation|operates in|works in|active in|other countries|"
    "pays d intervention|paises|lander|دول العمل|الدول",
    "city": "city|town|location|ville|ciudad|stadt|ort|المدينة",
    "postcode": "postcode|post code|postal code|zip|zip code|code postal|codigo postal|plz|"
    "postleitzahl|الرمز البريدي",
    "street": "street|address|street address|address line 1|adresse|rue|direccion|calle|strasse|"
    "anschrift|العنوان|الشارع",
    "website": "website|web site|web|url|homepage|home page|site|domain|site web|site internet|"
    "sitio web|pagina web|webseite|internet|webadresse|الموقع|الموقع الالكتروني|الموقع الإلكتروني",
    "email": "email|e mail|mail|email address|e mail address|organisation email|organisation e"
    " mail|general email|courriel|adresse e mail|correo|correo electronico|البريد|البريد"
    " الالكتروني|البريد الإلكتروني",
    "phone": "phone|telephone|tel|phone number|telephone number|organisation phone|main phone|"
    "telefono|telefon|telefonnummer|الهاتف|رقم الهاتف",
    "description": "description|about|mission|summary|profile|activities|descripcion|beschreibung|"
    "الوصف|نبذة",
    "sectors": "sector|sectors|industry|industries|field|fields of work|areas of work|topics|"
    "secteur|secteurs|sectores|branche|branchen|bereich|القطاع|القطاعات|المجال",
    "identifiers": "register numbers|identifiers",
    "is_at_latest": "joined at the latest",
    "joined_on": "joined|joined on|member since|membership start|start of membership|date joined|"
    "join date|joining date|membership start date|membre depuis|date d adhesion|miembro desde|"
    "fecha de ingreso|mitglied seit|beitritt|beitrittsdatum|تاريخ الانضمام|عضو منذ",
    "seen_on": "seen as member|seen on|as of",
    "ended_on": "ended|ended on|member until|membership end|end of membership|left|left on|date"
    " left|resigned on|membre jusqu au|miembro hasta|mitglied bis|austritt|تاريخ الانتهاء",
    "end_reason": "end reason|reason for leaving|reason|motif|motivo|austrittsgrund|سبب الانتهاء",
    "dissolved_on": "dissolved|dissolved on|closed on",
    "is_listed": "listed|is listed|public|is public|show in public|listed in public|publish",
    "notes": "notes|note|comments|comment|remarks|remark|remarques|commentaires|notas|comentarios|"
    "bemerkung|bemerkungen|notiz|notizen|anmerkung|ملاحظات|ملاحظة",
    "source": "source|source url|quelle|fuente|المصدر",
    "parent": "parent|parent organisation|parent body|part of|member of|umbrella|"
    "organisation mere|organizacion matriz|ubergeordnet|المنظمة الأم|الجهة الأم",
}
# In a sheet of contacts alone.
_CONTACT_HEADINGS = {
    "contact_id": "contact id|person id|id",
    "contact_reference": "ref|reference|contact ref|contact reference|person ref|nr|no|number",
    "organisation_reference": "organisation ref|organisation reference|organisation id|org"
    " ref|org id|member ref|member id|member number|company id|ref"
    " organisation|organisationsnummer|مرجع المنظمة",
    "organisation_name": "organisation|organisation name|company|company name|institution|member|"
    "employer|works for|organisme|nom de l organisation|organizacion|organisacion|entidad|firma|"
    "mitglied|المنظمة|اسم المنظمة|الجهة",
    "contact_name": "name|full name|contact|contact name|person|person name|nom complet|"
    "nombre completo|ansprechpartner|vollstandiger name|الاسم|الاسم الكامل|اسم جهة الاتصال",
    "first_name": "first name|firstname|given name|given names|forename|christian name|prenom|"
    "nombre|nombres|vorname|الاسم الأول|الاسم الاول",
    "last_name": "last name|lastname|surname|family name|second name|nom|nom de famille|apellido|"
    "apellidos|nachname|familienname|اسم العائلة|العائلة|الكنية",
    "contact_latin_name": "latin name|name latin|name in latin letters|romanised name",
    "contact_email": "email|e mail|mail|email address|e mail address|work email|email 2|e mail 2|"
    "second email|other email|private email|courriel|adresse e mail|correo|correo electronico|"
    "البريد|البريد الالكتروني|البريد الإلكتروني",
    "contact_emails": "email addresses|e mail addresses",
    "contact_phones": "telephones|phones|phone numbers",
    "contact_phone": "phone|telephone|tel|mobile|cell|mobile phone|phone number|work phone|phone 2|"
    "telefono|telefon|handy|الهاتف|الجوال|رقم الهاتف",
    "contact_language": "language|preferred language|langue|idioma|sprache|اللغة",
    "time_zone": "time zone|timezone|zone|fuseau horaire|zona horaria|zeitzone|المنطقة الزمنية",
    "job_title": "job title|title|position|job|function|fonction|poste|cargo|puesto|position title|"
    "funktion|stelle|المسمى الوظيفي|المنصب|الوظيفة",
    "role": "role|contact role|contact type|type|role at organisation|rolle|rol|الدور",
    "started_on": "in the role since|started|started on|start|start date|since|in role"
    " since|from|depuis|desde|seit|منذ",
    "left_on": "in the role until|ended|ended on|end|end date|until|left|left on|to|jusqu au|hasta|"
    "bis|حتى",
    "is_primary": "is primary|primary|primary contact|main contact|contact principal|"
    "contacto principal|hauptansprechpartner|جهة الاتصال الرئيسية",
    "contact_notes": "notes|note|comments|comment|remarks|remarques|notas|bemerkung|bemerkungen|"
    "ملاحظات",
}
# Beside an organisation in one sheet, only what can be nothing else.
_BESIDE_AN_ORGANISATION = {
    "contact_id": "contact id|person id",
    "contact_reference": "contact ref|contact reference|person ref",
    "contact_name": "contact|contact name|contact person|person|person name|primary contact|"
    "main contact|representative|nom du contact|nombre del contacto|ansprechpartner|kontakt|"
    "kontaktperson|جهة الاتصال|اسم جهة الاتصال|الممثل",
    "first_name": "first name|firstname|given name|given names|forename|contact first name|prenom|"
    "vorname|الاسم الأول|الاسم الاول",
    "last_name": "last name|lastname|surname|family name|contact last name|contact surname|"
    "nom de famille|apellido|apellidos|nachname|familienname|اسم العائلة",
    "contact_email": "contact email|contact e mail|person email|email of contact|work email|"
    "email 2|e mail 2|correo del contacto|e mail kontakt|بريد جهة الاتصال",
    "contact_phone": "contact phone|contact telephone|contact tel|mobile|cell|direct line|"
    "هاتف جهة الاتصال",
    "contact_language": "contact language|preferred language",
    "time_zone": "time zone|timezone|contact time zone",
    "job_title": "job title|position|contact position|contact job"
    " title|job|function|fonction|poste|"
    "cargo|funktion|المسمى الوظيفي|المنصب",
    "role": "role|contact role|contact type|rolle|rol|الدور",
    "started_on": "in role since|contact since|role start",
    "left_on": "in role until|contact until|role end",
    "is_primary": "is primary",
    "contact_notes": "contact notes",
}


def _by_heading(fields: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field, headings in fields.items():
        for heading in headings.split("|"):
            found.setdefault(folded_heading(heading), field)
    return MappingProxyType(found)


ORGANISATION_HEADINGS = _by_heading(_ORGANISATION_HEADINGS)
CONTACT_HEADINGS = _by_heading(_CONTACT_HEADINGS)
BESIDE_HEADINGS = _by_heading(_BESIDE_AN_ORGANISATION)


def known_organisation_headings(row: Iterable[str]) -> int:
    """How many cells of a row are headings of a sheet of organisations."""
    folded = {folded_heading(cell) for cell in row if len(cell) < 80}
    return len(folded & (ORGANISATION_HEADINGS.keys() | BESIDE_HEADINGS.keys()))


def known_contact_headings(row: Iterable[str]) -> int:
    """How many cells of a row are headings of a sheet of contacts."""
    folded = {folded_heading(cell) for cell in row if len(cell) < 80}
    return len(folded & CONTACT_HEADINGS.keys())
