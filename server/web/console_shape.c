#include "web/console_shape.h"

#define PROBLEMS "\"problems\":{\"items\":[{\"target\":null,\"text\":null}]}"
#define CHOICES  "{\"languages\":[{\"value\":null,\"label\":null,\"dir\":null,\"chosen\":null}]}"
#define OPTIONS  "[{\"value\":null,\"label\":null,\"chosen\":null}]"

/* Of the registration sheet. */
#define COURSE                                                                                     \
  "{\"href\":null,\"id\":null,\"started\":null,\"closed\":null,\"outcome\":null,"                  \
  "\"visits\":null,\"hours\":null,\"source\":null}"
#define TOLD    "{\"rows\":[{\"place\":null,\"column\":null,\"text\":null}],\"more\":null}"
#define MISSING "\"missing\":{\"keys\":[null],\"own\":{\"href\":null},\"where\":null,\"ask\":null}"
#define DATED   "[{\"href\":null,\"day\":null,\"name\":null}]"
#define LINKS   "[{\"href\":null,\"label\":null,\"text\":null}]"
#define SETTINGS                                                                                   \
  "[{\"id\":null,\"label\":null,\"hint\":null,\"problem\":null,\"missing\":null,"                  \
  "\"text\":{\"value\":null},\"tick\":{\"on\":null}}]"
#define REPORT_CHOICE                                                                              \
  "\"from\":null,\"to\":null,\"closed_from\":null,\"closed_to\":null,\"without_flagged\":null,"    \
  "\"courses\":null,\"municipalities\":{\"rows\":" OPTIONS "},\"spoken\":{\"rows\":" OPTIONS "}"
#define CHECKED    "{\"rows\":[{\"place\":null,\"text\":null,\"hint\":null}],\"more\":null}"
#define VERSION    "{\"period\":null,\"why\":null,\"words\":null,\"empty\":null}"
#define EARLIER    "{\"summary\":null,\"rows\":[" VERSION "]}"
#define SHEET_FORM "\"here\":null,\"municipality\":null,\"limits\":null,\"sheet\":null"

const struct console_shape console_shapes[CONSOLE_PAGES] = {
    [CONSOLE_MESSAGE] = {"message", "{\"heading\":null,\"text\":null,\"kept\":null,"
                                    "\"again\":{\"path\":null,\"action\":null,\"fields\":"
                                    "[{\"name\":null,\"value\":null}]},"
                                    "\"link\":{\"href\":null,\"label\":null}}"},
    [CONSOLE_SIGN_IN] = {"sign_in", "{" PROBLEMS ",\"at\":{\"email\":null}"
                                    ",\"next\":null,\"email\":null}"},
    [CONSOLE_CODE] = {"code", "{" PROBLEMS ",\"at\":{\"code\":null}"
                              ",\"next\":null}"},
    [CONSOLE_INVITATION] = {"invitation", "{" PROBLEMS ",\"at\":{\"password\":null}"
                                          ",\"intro\":null,\"token\":null,\"email\":null}"},
    [CONSOLE_AUTHENTICATOR] = {"authenticator",
                               "{" PROBLEMS ",\"at\":{\"password\":null,\"code\":null}"
                               ",\"next\":null,\"begin\":{\"password\":null},"
                               "\"offer\":{\"html_trusted_qr\":null,\"secret\":null}}"},
    [CONSOLE_RECOVERY] = {"recovery", "{\"intro\":null,\"codes\":[null],\"next\":null}"},
    [CONSOLE_RENEWAL] = {"renewal", "{" PROBLEMS ",\"at\":{\"code\":null}}"},
    [CONSOLE_ACCOUNT] = {"account", "{" PROBLEMS ",\"at\":{\"current\":null,\"password\":null}"
                                    ",\"email\":null,\"role\":null,\"has_authenticator\":null,"
                                    "\"choices\":[{\"lang\":null,\"name\":null}]}"},
    [CONSOLE_STAFF] = {"staff",
                       "{" PROBLEMS ",\"at\":{\"email\":null,\"role\":null}"
                       ",\"rows\":[{\"id\":null,\"email\":null,\"name\":null,"
                       "\"role\":null,\"scope\":null,\"state\":null,\"seen\":null,"
                       "\"buttons\":[{\"action\":null,\"label\":null}]}],"
                       "\"form\":{\"email\":null,\"name\":null,\"rounds\":null,\"roles\":" OPTIONS
                       ",\"municipalities\":" OPTIONS "}}"},
    [CONSOLE_INVITED] =
        {"invited", "{\"heading\":null,\"text\":null,\"label\":null,\"value\":null,\"back\":null}"},
    [CONSOLE_TOKENS] = {"tokens",
                        "{" PROBLEMS ",\"at\":{\"name\":null,\"days\":null}"
                        ",\"rows\":[{\"id\":null,\"name\":null,\"role\":null,"
                        "\"scope\":null,\"made\":null,\"ends\":null,\"used\":null,\"live\":null}],"
                        "\"form\":{\"name\":null,\"rounds\":null,\"days\":null,\"roles\":" OPTIONS
                        ",\"municipalities\":" OPTIONS "}}"},
    [CONSOLE_AUDIT] = {"audit", "{\"kinds\":" OPTIONS
                                ",\"rows\":[{\"at\":null,\"who\":null,\"which\":null,\"text\":null,"
                                "\"round\":null,\"municipality\":null}],"
                                "\"older\":null,\"newest\":null}"},
    [CONSOLE_HOME] =
        {"home",
         "{\"heading\":null,\"evaluates\":null,\"rounds\":[{\"id\":null,\"title\":null,\"state\":null,"
         "\"personal\":{\"items\":" LINKS
         "},\"municipalities\":[{\"round\":null,\"code\":null,\"name\":null,"
         "\"answers\":null,\"closed\":null,\"interrupted\":null,\"changed\":null,"
         "\"printed\":null}]}],\"anonymous\":{\"mixed\":null}}"},
    [CONSOLE_MUNICIPALITY] =
        {"municipality",
         "{\"heading\":null,\"round\":null,\"state\":null,\"base\":null,\"url\":null,"
         "\"personal\":{\"notice\":null,\"shut\":null},\"of\":{\"href\":null},\"may_set\":null,"
         "\"child\":null,\"sign\":{\"title\":null,\"text\":null,\"bad\":null},\"answers\":null,"
         "\"letters\":null,\"courses\":null,\"courses_none\":null,"
         "\"closed\":{\"closed\":null,\"interrupted\":null,"
         "\"quarters\":[{\"quarter\":null,\"closed\":null,\"interrupted\":null}]},"
         "\"coverage\":{\"caption\":null,\"closed\":null,\"answers\":null,\"families\":null,"
         "\"percent\":null,\"loose\":null},\"coverage_none\":null,"
         "\"single\":{\"batches\":[{\"name\":null,\"made\":null,\"letters\":null,"
         "\"answers\":null,\"cancelled\":null}]}}"},
    [CONSOLE_SETTINGS] = {"settings",
                          "{" PROBLEMS ",\"at\":{\"contact\":null,\"phone\":null,\"email\":null,"
                          "\"own_words\":null,\"logo\":null,\"window\":null},\"heading\":null,"
                          "\"base\":null,\"contact\":null,\"phone\":null,\"email\":null,"
                          "\"own_words\":null,\"logo\":null,\"drop_logo\":null,\"fold_marks\":null,"
                          "\"measures\":[{\"name\":null,\"label\":null,\"value\":null,"
                          "\"wrong\":null}]}"},
    [CONSOLE_HELP] = {"help", "{\"parts\":[{\"id\":null,\"title\":null,\"paragraphs\":[null],"
                              "\"steps\":[{\"title\":null,\"text\":null}]}],\"contact\":null}"},
    [CONSOLE_LETTERS] =
        {"letters", "{" PROBLEMS ",\"at\":{\"letters\":null,\"name\":null}"
                    ",\"base\":null,\"municipality_name\":null,\"round\":null,\"printed\":null,"
                    "\"closed\":null,\"trouble\":{\"text\":null,\"settings\":null},\"draft\":null,"
                    "\"open\":{\"choices\":" CHOICES "},\"single\":{\"letters\":null,\"name\":null,"
                    "\"choices\":" CHOICES "},\"test\":null,\"batches\":{\"rows\":[{\"id\":null,"
                    "\"name\":null,\"letters\":null,\"day\":null,\"answers\":null,\"state\":null,"
                    "\"live\":null}]},\"approval\":{\"rows\":[{\"language\":null,\"dir\":null,"
                    "\"name\":null,\"draft\":null,\"state\":null,\"hash\":null,\"text\":null}]}}"},
    [CONSOLE_LETTER_TEXT] = {"letter_text", "{\"text\":null,\"language\":null,\"dir\":null,"
                                            "\"file\":null,\"back\":null}"},
    [CONSOLE_REPRINT] = {"reprint", "{" PROBLEMS ",\"at\":{\"letters\":null,\"name\":null}"
                                    ",\"heading\":null,\"base\":null,\"form\":{\"batch\":null,"
                                    "\"letters\":null,\"name\":null,\"choices\":" CHOICES "}}"},
    [CONSOLE_COURSES] = {"courses",
                         "{" PROBLEMS ",\"at\":{\"find\":null},\"here\":null,\"back\":null,"
                         "\"municipality\":null,\"stored_title\":null,\"some\":null,"
                         "\"search\":{\"id\":null},\"rows\":[" COURSE "],\"next\":null,"
                         "\"first\":null,\"waiting\":{\"title\":null,\"rows\":[{\"href\":null,"
                         "\"id\":null,\"link\":null,\"received\":null}]}}"},
    [CONSOLE_COURSE] =
        {"course", "{" PROBLEMS ",\"heading\":null,\"here\":null,\"old\":null,"
                   "\"button\":null,\"delete\":null,\"waiting\":{\"text\":null,\"sheet\":null},"
                   "\"warnings\":{\"items\":[{\"target\":null,\"text\":null}],\"told\":null},"
                   "\"fields\":[{\"id\":null,\"label\":null,\"hint\":null,\"problem\":null,"
                   "\"described\":null,\"stands\":null,\"list\":{\"options\":" OPTIONS "},"
                   "\"text\":{\"value\":null,\"small\":null,\"fixed\":null}}]}"},
    [CONSOLE_COURSE_DELETE] = {"course_delete",
                               "{\"heading\":null,\"here\":null,\"row\":" COURSE "}"},
    [CONSOLE_SHEET_LINKS] =
        {"sheet_links",
         "{" PROBLEMS ",\"at\":{\"name\":null,\"days\":null},"
         "\"here\":null,\"list\":{\"rows\":[{\"id\":null,\"name\":null,\"made\":null,"
         "\"ends\":null,\"state\":null,\"sheets\":null,\"live\":null}]},"
         "\"form\":{\"name\":null,\"days\":null}}"},
    [CONSOLE_SHEET_LINK] = {"sheet_link", "{\"here\":null,\"name\":null,\"municipality\":null,"
                                          "\"ends\":null,\"link\":null,\"html_trusted_qr\":null}"},
    [CONSOLE_SHEET_IMPORT] = {"sheet_import",
                              "{" PROBLEMS ",\"at\":{\"file\":null}," SHEET_FORM "}"},
    [CONSOLE_SHEET_PREVIEW] = {"sheet_preview",
                               "{" PROBLEMS ",\"at\":{\"file\":null}," SHEET_FORM
                               ",\"heading\":null,\"text\":null,"
                               "\"name\":null,\"tab\":null,\"courses\":null,"
                               "\"counts\":{\"fresh\":null,\"changed\":null,\"unchanged\":null},"
                               "\"errors\":" TOLD ",\"warnings\":" TOLD ","
                               "\"ignored\":{\"columns\":[{\"cell\":null,\"heading\":null}]},"
                               "\"first\":{\"title\":null,\"headings\":[null],"
                               "\"rows\":[{\"id\":null,\"cells\":[null]}]},\"upload\":null}"},
    [CONSOLE_DUPLICATES] =
        {"duplicates",
         "{" PROBLEMS
         ",\"at\":{\"from\":null,\"to\":null},\"round\":null,\"state\":null,\"base\":null,"
         "\"computed\":null,\"traces\":null,\"stale\":{\"text\":null,\"may\":null},"
         "\"finalised\":null,\"child\":null,\"groups_title\":null,"
         "\"filters\":{\"items\":[{\"href\":null,\"label\":null,\"current\":null}]},"
         "\"beyond\":null,\"show\":null,\"first_group\":null,\"previous\":null,"
         "\"groups\":[{\"id\":null,\"heading\":null,\"mark\":null,\"landed\":null,"
         "\"joined\":null,"
         "\"pairs\":[{\"names\":null,\"how\":null,\"reasons\":[{\"text\":null}]}],"
         "\"columns\":[{\"name\":null,\"id\":null}],"
         "\"rows\":[{\"label\":null,\"text\":null,\"differs\":null,\"cells\":[null]}],"
         "\"hidden\":null,"
         "\"decisions\":[{\"text\":null,\"note\":null,\"a\":null,\"b\":null,"
         "\"holds\":null,\"names\":null}],"
         "\"form\":{\"two\":{\"a\":null,\"b\":null},"
         "\"several\":{\"left\":" OPTIONS ",\"right\":" OPTIONS "},\"choices\":[{\"id\":null,"
         "\"value\":null,\"label\":null}],\"title\":null,\"again\":null,\"typed\":null}}],\"next\":null,"
         "\"signs\":{\"counts\":[{\"name\":null,\"n\":null,\"text\":null}],"
         "\"rows\":[{\"id\":null,\"municipality\":null,\"week\":null,\"signs\":null}],"
         "\"more\":null},"
         "\"figures\":{\"rows\":[{\"label\":null,\"unit\":null,\"all\":null,"
         "\"unflagged\":null,\"weighted\":null,\"n_all\":null,\"n_unflagged\":null,"
         "\"n_weighted\":null}]},\"no_figures\":null,"
         "\"coverage\":{\"from\":null,\"to\":null,\"caption\":null,"
         "\"rows\":[{\"name\":null,\"answers\":null,\"closed\":null,\"interrupted\":null,"
         "\"families\":null,\"percent\":null,\"sign\":null,\"bad\":null}],"
         "\"notes\":[{\"sign\":null,\"text\":null}]}}"},
    [CONSOLE_COMMENTS] =
        {"comments",
         "{" PROBLEMS ",\"at\":{\"words\":null},\"round\":null,\"base\":null,\"view\":null,"
         "\"after\":null,\"last\":null,"
         "\"states\":[{\"href\":null,\"name\":null,\"n\":null,\"here\":null}],"
         "\"none\":{\"text\":null,\"from\":null},"
         "\"comment\":{\"number\":null,\"label\":null,\"question\":null,\"text\":null,"
         "\"seen\":null,\"pieces\":[{\"word\":{\"id\":null,\"text\":null,\"ticked\":null},"
         "\"between\":null}],\"open\":null,\"decided\":{\"text\":null,\"holds\":null},"
         "\"again\":null,\"apart\":null,\"next\":null},"
         "\"procedure\":{\"text\":null,\"open\":null}}"},
    [CONSOLE_ROUNDS] =
        {"rounds", "{\"may_create\":null,\"may_create_own\":null,\"due\":{\"rows\":[{\"id\":null,"
                   "\"title\":null,\"text\":null}]},\"rows\":[{\"id\":null,\"title\":null,"
                   "\"state\":null,\"municipalities\":null,\"personal\":null}]}"},
    [CONSOLE_ROUND] = {"round", "{\"heading\":null,\"state\":null,\"writing\":null,"
                                "\"personal\":{\"who\":null}," MISSING ",\"tasks\":" LINKS
                                ",\"facts\":[{\"name\":null,\"value\":null}],"
                                "\"acts\":{\"links\":" LINKS "}}"},
    [CONSOLE_ROUND_FORM] =
        {"round_form",
         "{" PROBLEMS ",\"at\":{\"title\":null,\"questionnaire\":null,\"opens\":null,"
         "\"opens_clock\":null,\"closes\":null,\"closes_clock\":null,\"languages\":null,"
         "\"municipalities\":null,\"uses\":null,\"traces\":null},\"heading\":null,"
         "\"back\":{\"href\":null,\"label\":null},\"here\":null,\"name\":null,\"opens\":null,"
         "\"opens_clock\":null,\"closes\":null,\"closes_clock\":null,\"personal\":{\"who\":null},"
         "\"spoken\":{\"offered\":" OPTIONS ",\"first\":" OPTIONS ",\"allow_drafts\":null},"
         "\"made\":{\"questionnaires\":" OPTIONS "},"
         "\"sent\":{\"groups\":[{\"id\":null,\"title\":null,\"rows\":[{\"code\":null,"
         "\"name\":null,\"chosen\":null}]}],\"single\":null,\"uses\":null},\"more\":null,"
         "\"scale\":{\"confirm\":null},\"anonymous\":{\"traces\":null,\"invite\":null},"
         "\"button\":null}"},
    [CONSOLE_ROUND_STATE] = {"round_state",
                             "{" PROBLEMS "," MISSING ",\"heading\":null,\"title_of\":null,"
                             "\"state\":null,\"back\":null,\"sentences\":[null],"
                             "\"form\":{\"here\":null,\"to\":null}}"},
    [CONSOLE_ROUND_FINALISE] = {"round_finalise",
                                "{" PROBLEMS ",\"at\":{\"name\":null},\"title_of\":null,"
                                "\"back\":null,\"obstacle\":null,\"sentences\":[null],"
                                "\"form\":{\"here\":null,\"typed\":null,\"hint\":null}}"},
    [CONSOLE_ROUND_MUNICIPALITIES] =
        {"round_municipalities",
         "{\"title_of\":null,\"base\":null,\"total\":null,\"child\":null,\"rows\":[{\"code\":null,"
         "\"name\":null,\"answers\":null,\"closed\":null,\"interrupted\":null,"
         "\"percent\":null,\"sign\":null,\"printed\":null,\"changed\":null}]}"},
    [CONSOLE_INSTALLATION] = {"installation",
                              "{" PROBLEMS ",\"back\":{\"href\":null,\"title\":null},"
                              "\"heading\":null,\"text\":null,\"required_text\":null,"
                              "\"here\":null,\"required\":" SETTINGS
                              ",\"others\":{\"optional\":" SETTINGS "}}"},
    [CONSOLE_EXPORTS] =
        {"exports",
         "{" PROBLEMS ",\"at\":{\"format\":null,\"shape\":null,\"from\":null,\"to\":null,"
         "\"municipality\":null,\"away_format\":null,\"k\":null,\"with_comments\":null,"
         "\"why\":null},\"title_of\":null,\"base\":null,\"open\":null,\"personal\":null,\"purged\":null,"
         "\"formats\":" OPTIONS ",\"long\":null,\"from\":null,\"to\":null,"
         "\"week_hint\":null,\"municipalities\":{\"rows\":" OPTIONS
         "},\"languages_of\":{\"rows\":" OPTIONS
         "},\"without_flagged\":null,\"weighted\":null,\"no_comments\":null,"
         "\"away\":{\"obstacle\":null,\"form\":{\"k\":null,\"with_language\":null,"
         "\"with_comments\":null,\"with_descriptions\":null,\"reason\":null,\"formats\":" OPTIONS
         "},\"choices\":" OPTIONS ",\"releases\":[{\"id\":null,\"kind\":null,"
         "\"made\":null,\"floor\":null,\"result\":null,\"by\":null,\"why\":null,"
         "\"comments\":null,\"certificate\":null}]}}"},
    [CONSOLE_REPORT] =
        {"report",
         "{" PROBLEMS ",\"at\":{\"from\":null,\"to\":null,\"closed_from\":null,"
         "\"closed_to\":null,\"municipality\":null,\"norms\":null,\"format\":null},\"title_of\":null,"
         "\"base\":null,\"whole\":null,\"municipality\":null,\"language\":null,\"norms\":null,"
         "\"bands\":{\"rows\":" OPTIONS "}," REPORT_CHOICE ",\"formats\":" OPTIONS
         ",\"languages_of\":" OPTIONS ",\"large\":null,\"html_trusted_report\":null}"},
    [CONSOLE_REPORT_RELEASES] =
        {"report_releases",
         "{" PROBLEMS ",\"at\":{\"from\":null,\"to\":null,\"closed_from\":null,"
         "\"closed_to\":null,\"municipality\":null,\"floor\":null,\"why\":null},"
         "\"title_of\":null,\"base\":null,"
         "\"obstacle\":null,\"form\":{\"narrowed\":null,\"documentation\":null,\"floor\":null,"
         "\"override\":{\"reason\":null}}," REPORT_CHOICE ",\"formats\":" OPTIONS
         ",\"languages_of\":" OPTIONS ",\"releases\":[{\"id\":null,\"text\":null,"
         "\"by\":null,\"why\":null}]}"},
    [CONSOLE_REPORT_ROUNDS] =
        {"report_rounds",
         "{" PROBLEMS ",\"at\":{\"with\":null,\"profile\":null,\"municipality\":null,"
         "\"format\":null},\"title_of\":null,\"base\":null,\"others\":{\"rows\":[{\"id\":null,"
         "\"label\":null,\"chosen\":null}]},\"whole\":null,\"published\":null,\"with\":null,"
         "\"profile\":null,\"municipality\":null,\"without_flagged\":null,"
         "\"municipalities\":{\"rows\":" OPTIONS "},\"formats\":" OPTIONS
         ",\"languages_of\":" OPTIONS
         ",\"large\":null,\"ready\":null,\"html_trusted_report\":null}"},
    [CONSOLE_ROUND_END] =
        {"round_end",
         "{" PROBLEMS ",\"at\":{\"until\":null,\"months\":null,\"receipt\":null,\"name\":null},"
         "\"title_of\":null,\"back\":null,\"here\":null,\"gone\":null,"
         "\"keep\":{\"text\":null,\"rule\":null,\"until\":null,\"months\":null},"
         "\"rows_text\":null,\"sheets\":null,\"obstacle\":null,\"waits\":{\"typed\":null},"
         "\"packages\":[{\"made\":null,\"profile\":null,\"size\":null,\"state\":null,"
         "\"sum\":[null]}],"
         "\"deletion\":{\"text\":null,\"form\":{\"sentences\":[null],\"hint\":null,"
         "\"typed_name\":null}}}"},
    [CONSOLE_TRANSLATIONS] =
        {"translations",
         "{\"questionnaires\":[{\"title\":null,\"languages\":[{"
         "\"href\":null,\"label\":null,\"own\":null,\"lang_of\":null,\"state\":null}]}]}"},
    [CONSOLE_TRANSLATION] = {"translation",
                             "{" PROBLEMS ",\"heading\":null,\"questionnaire\":null,"
                             "\"label\":null,\"state\":null,\"source_lang\":null,"
                             "\"source_label\":null,\"lang_of\":null,\"dir_of\":null,"
                             "\"rows\":[{\"source\":null,\"text\":null}],"
                             "\"approve\":{\"here\":null,\"hash\":null}}"},
    [CONSOLE_QUESTIONNAIRES] =
        {"questionnaires",
         "{" PROBLEMS ",\"at\":{\"file\":null},\"sent\":null,\"faults\":" CHECKED
         ",\"rows\":[{\"title\":null,\"id\":null,\"version\":null,\"state\":null}],"
         "\"drafts\":{\"rows\":[{\"href\":null,\"title\":null,\"id\":null,\"version\":null,"
         "\"file\":null,\"made\":null}]}}"},
    [CONSOLE_DRAFT] = {"draft",
                       "{" PROBLEMS ",\"at\":{\"file\":null},\"heading\":null,\"title_lang\":null,"
                       "\"id\":null,\"version\":null,\"file\":null,\"made\":null,\"language\":null,"
                       "\"questions\":null,\"reading\":[null],\"here\":null,\"state\":null,"
                       "\"warnings\":" CHECKED ",\"notes\":" CHECKED
                       ",\"changes\":{\"title\":null,\"breaking\":" CHECKED ",\"kept\":" CHECKED
                       ",\"same\":null},\"translations\":[{\"label\":null,\"own\":null,"
                       "\"lang_of\":null}],\"store\":{\"seen\":null}}"},
    [CONSOLE_FORMS] = {"forms",
                       "{\"round\":null,\"back\":null,\"here\":null,\"open\":null,"
                       "\"start\":null,\"close\":null,\"kinds\":{\"items\":[{\"href\":null,"
                       "\"name\":null,\"n\":null,\"here\":null}]},\"doubled\":null,"
                       "\"rows\":[{\"number\":null,\"informant\":null,"
                       "\"starts\":" DATED ",\"closes\":" DATED ","
                       "\"pairing\":null,\"bad\":null}]}"},
    [CONSOLE_FORM] = {"form", "{" PROBLEMS ",\"at\":{\"number\":null},\"name\":null,"
                              "\"forms\":null,\"here\":null,\"number\":null,\"hint\":null,"
                              "\"again\":null,\"open\":null,\"may_withdraw\":null}"},
    [CONSOLE_FORM_ENTRY] =
        {"form_entry",
         "{" PROBLEMS ",\"round\":null,\"forms\":null,\"here\":null,\"submission\":null,"
         "\"again\":null,\"fields\":[{\"intro\":[null],\"id\":null,\"label\":null,\"hint\":null,"
         "\"problem\":null,\"described\":null,\"text\":{\"value\":null,\"line\":null},"
         "\"choice\":{\"options\":[{\"id\":null,\"name\":null,\"value\":null,"
         "\"label\":null,\"chosen\":null}]}}]}"},
    [CONSOLE_DOCUMENTATION] =
        {"documentation",
         "{\"heading\":null,\"intro\":null,\"back\":{\"href\":null,\"label\":null},"
         "\"files\":null,\"contents\":null,\"municipalities\":[{\"name\":null,\"code\":null,"
         "\"nothing\":null,\"groups\":[{\"head\":{\"title\":null,\"text\":null},\"parts\":[{\"title\":null,\"hint\":null,"
         "\"now\":" VERSION ",\"edit\":{\"href\":null,\"label\":null},\"earlier\":" EARLIER
         "}]}]}]}"},
    [CONSOLE_DOCUMENTATION_PART] =
        {"documentation_part",
         "{" PROBLEMS ",\"at\":{\"own_text\":null,\"valid_from\":null,\"why\":null},"
         "\"heading\":null,\"municipality\":null,\"back\":null,\"here\":null,\"seen\":null,"
         "\"newer\":" VERSION ",\"warning\":{\"text\":null,\"told\":null},\"hint\":null,"
         "\"label\":null,\"text_hint\":null,\"number\":null,\"typed_text\":null,"
         "\"typed_from\":null,\"change\":{\"typed_why\":null,\"hint\":null},"
         "\"button\":null,\"earlier\":" EARLIER "}"},
};
