package dev.lockstep.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** Fills the templates of this package; every value is escaped. */
final class Template {
  private static final Configuration TEMPLATES = configuration();

  private Template() {}

  /**
   * @param name of the template's file
   * @param values texts, numbers, booleans, {@link Markup}, and lists and maps of them; nulls are
   *     absent
   */
  static String fill(String name, Map<String, ?> values) {
    StringWriter page = new StringWriter();
    try {
      TEMPLATES.getTemplate(name).process(values, page);
      return page.toString();
    } catch (IOException | TemplateException e) {
      throw new IllegalStateException("Cannot fill template: " + name, e);
    }
  }

  private static Configuration configuration() {
    Configuration configuration = new Configuration(Configuration.VERSION_2_3_32);
    configuration.setClassForTemplateLoading(Template.class, "/dev/lockstep/report");
    configuration.setDefaultEncoding("UTF-8");
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
    return configuration;
  }
}
